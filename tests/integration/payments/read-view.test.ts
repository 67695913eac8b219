import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '@/services/actor';
import { fieldsOf, findRow, fullView, readView } from '@/services/payments/read-view';
import {
  newKey,
  payWithCard,
  type SeededRestaurant,
  seedOrder,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
} from '../../support/app';

let app: TestApp;
let at: SeededRestaurant;
beforeAll(async () => {
  app = await startTestApp();
  at = await seedRestaurant(await app.asService());
});
afterAll(() => app.stop());

const ctx = () => {
  const actor: Actor = { kind: 'system', name: 'inbox' };
  return { ...app.server.app.deps, actor, request: { id: 'read-view', ip: null, userAgent: null } };
};

test('the view that verbs end with, by SQL, is the one that lists show, by Prisma: of a payment open, paid, and in cash', async () => {
  const service = await app.asService();
  const session = await seedSession(service, at);
  const guest = app.asGuest(session.guests[0]);
  const create = async () => {
    const orderId = await seedOrder(service, at, { session });
    return guest.payments.create.mutate({ orderId, tipMinor: 100, idempotencyKey: newKey() });
  };
  const [open, paid, cash] = [await create(), await create(), await create()];
  await payWithCard(app, paid);
  await app.simulator.control.waitForDeliveries();
  await guest.payments.changeMethod.mutate({ paymentId: cash.id, method: 'CASH', idempotencyKey: newKey() });

  const views = [];
  for (const { id } of [open, paid, cash]) {
    const view = await readView(ctx(), id);
    expect(view).toEqual(await fullView(ctx(), fieldsOf(await findRow(ctx(), id))));
    expect(Object.values(view)).not.toContain(undefined);
    views.push(view);
  }
  expect(views.map(({ status, method }) => `${status} ${method}`)).toEqual([
    'PENDING CARD',
    'COMPLETED CARD',
    'PENDING CASH',
  ]);
  expect(views[1]).toMatchObject({ businessDay: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) });
});

test('an unknown and a malformed id are both not visible', async () => {
  await expect(readView(ctx(), newKey())).rejects.toMatchObject({ code: 'NOT_VISIBLE' });
  await expect(readView(ctx(), 'no-uuid')).rejects.toMatchObject({ code: 'NOT_VISIBLE' });
});
