import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Client,
  newKey,
  refusalOf,
  type SeededRestaurant,
  type SeededSession,
  seedOrder,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { type Group, groupOf, nth, payShareOf } from './support';

/** Who works at one restaurant dines at another: there they are a guest like any other. */
let app: TestApp;
let at: SeededRestaurant;
let session: SeededSession;
let diner: Client;
let dinerId: string;
beforeAll(async () => {
  app = await startTestApp();
  const service = await app.asService();
  const elsewhere = await seedRestaurant(service);
  at = await seedRestaurant(service);
  session = await seedSession(service, at);
  dinerId = elsewhere.staffId;
  diner = await app.asStaff(dinerId);
});
afterAll(async () => {
  await assertBooksBalance(app.database.pool);
  await app.stop();
});

const mate = () => app.asGuest(session.guests[1]);

/** The diner's own order in two shares: theirs, and one of somebody at the table, who has paid. */
async function paidByMate(): Promise<Group> {
  const service = await app.asService();
  const orderId = await seedOrder(service, at, {
    session,
    customerId: dinerId,
    subtotalMinor: 2000,
    taxMinor: 0,
  });
  const { users } = await mate().tableSessions.users.query({ tableSessionId: session.sessionId });
  const group = await diner.splits.create.mutate({
    orderId,
    parts: [
      { amountMinor: 1000, customerId: dinerId },
      { amountMinor: 1000, guestPublicId: users[1]?.publicId ?? '', email: 'mate@example.com' },
    ],
    idempotencyKey: newKey(),
  });
  await payShareOf(app, mate(), nth(await groupOf(mate(), group.id), 1));
  return groupOf(diner, group.id);
}

describe('staff of another restaurant who divide their own bill', () => {
  test('cannot call the split off once somebody has paid: nothing goes back', async () => {
    const group = await paidByMate();
    const refused = diner.splits.cancel.mutate({ groupId: group.id, idempotencyKey: newKey() });
    expect((await refusalOf(refused)).appCode).toBe('FORBIDDEN');
    const { rows } = await app.database.pool.query('SELECT 1 FROM payment_refunds');
    expect(rows).toEqual([]);
  });

  test('see of others what a table mate sees: no card and no intent', async () => {
    const { payment } = nth(await paidByMate(), 1);
    expect(payment).toMatchObject({
      status: 'COMPLETED',
      cardBrand: null,
      cardLast4: null,
      paymentIntentId: null,
    });
  });

  test('cannot put a payment into a stranger’s list', async () => {
    const orderId = await seedOrder(await app.asService(), at, { session, customerId: dinerId, taxMinor: 0 });
    const refused = diner.splits.create.mutate({
      orderId,
      parts: [
        { amountMinor: 1500, customerId: dinerId },
        { amountMinor: 1000, customerId: 'a-total-stranger' },
      ],
      idempotencyKey: newKey(),
    });
    expect((await refusalOf(refused)).code).toBe('NOT_FOUND');
  });
});
