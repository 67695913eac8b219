import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedRestaurant } from '../support/app';
import { assertBooksBalance } from '../support/invariants';
import { waitFor } from '../support/wait-for';
import { createLegacyClient, type LegacyClient, refusal, type Wire } from './legacy-client';
import { type LegacyWorld, startLegacyWorld } from './support';

/** Legacy-contract 3.2: v2 R manages a live split by the group's rows, with the calculation's id and payment ids. */

let world: LegacyWorld;
let staff: LegacyClient;
beforeAll(async () => {
  world = await startLegacyWorld({ STRIPE_REQUESTS_PER_SECOND: '1000' });
  staff = await world.staff('v2');
});
afterAll(async () => {
  await assertBooksBalance(world.app.database.pool);
  await world.app.stop();
});

/** A table of 10.00 that three guests share, of whom the first two have begun to pay. */
async function splitTable() {
  const session = await world.newSession();
  await world.order({ session, guestSessionId: session.guests[0], subtotalMinor: 900, taxMinor: 100 });
  const [a, b, c] = session.guests;
  const guests = [world.guest('v2', a), world.guest('v2', b), world.guest('v2', c)] as const;
  const table = `/table-sessions/${session.sessionId}`;
  const body = { splitType: 'EQUAL', participants: session.guests };
  const calculation: Wire = (await guests[0].post(`${table}/split-calculation`, body)).data;
  const splitDetails = { splitType: 'EQUAL', participantCount: 3 };
  const pay = async (client: LegacyClient, amount: number): Promise<Wire> =>
    (
      await client.post(`${table}/payment`, {
        paymentMethod: 'CREDIT_CARD',
        amount,
        tipAmount: 0,
        splitDetails,
      })
    ).data;
  const first = await pay(guests[0], 3.34);
  const second = await pay(guests[1], 3.33);
  return { guests, table, calculation, first, second, path: `/payments/split/${calculation.id}` };
}

const statusOf = async (payment: Wire) => (await staff.get(`/payments/${payment.id}`)).data.status;

function refundsOf(payment: Wire) {
  return world.app.database.pool.query(
    'SELECT refund_amount AS amount FROM payment_refunds WHERE payment_id = $1',
    [payment.id],
  );
}

describe('the v2 dashboard calls a live split off', () => {
  it('open payments are cancelled, paid ones refunded once, however often it is asked', async () => {
    const { guests, path, calculation, first, second } = await splitTable();
    await world.pay(guests[0], first);
    const done = await staff.post(`${path}/cancel`, { reason: 'They left' });
    expect(done.data).toEqual({ groupId: calculation.id, cancelled: true, refundsProcessed: 1 });
    expect(await statusOf(second)).toBe('CANCELLED');
    await waitFor('the money is back', async () => (await statusOf(first)) === 'REFUNDED');
    expect((await staff.post(`${path}/cancel`, {})).data).toMatchObject({
      cancelled: true,
      refundsProcessed: 1,
    });
    expect((await refundsOf(first)).rows).toEqual([{ amount: 334 }]);
    // Nor does the dashboard wait for shares of it.
    const { data } = await staff.get(`/restaurants/${world.restaurant.restaurantId}/payments`);
    expect(data.filter((row: Wire) => row.splitCalculationId === calculation.id)).toEqual([]);
  });

  it('a refund that fails is told, and tried again when staff ask again', async () => {
    const { guests, path, first } = await splitTable();
    await world.pay(guests[0], first, 'pm_card_refundFail');
    expect((await staff.post(`${path}/cancel`, {})).data).toMatchObject({ cancelled: true });
    const failed = () =>
      world.app.database.pool.query(
        `SELECT 1 FROM payment_refunds WHERE payment_id = $1 AND status = 'FAILED'`,
        [first.id],
      );
    await waitFor('the refund fails', async () => (await failed()).rows.length === 1);
    await staff.post(`${path}/cancel`, {});
    expect((await refundsOf(first)).rows).toEqual([{ amount: 334 }, { amount: 334 }]);
    await waitFor('that fails too', async () => (await failed()).rows.length === 2);
    expect((await guests[0].get(`/payments/${first.id}`)).data.status).toBe('COMPLETED');
  });

  it('two clicks at once refund once', async () => {
    const { guests, path, first } = await splitTable();
    await world.pay(guests[0], first);
    await Promise.all([staff.post(`${path}/cancel`, {}), staff.post(`${path}/cancel`, {})]);
    expect((await refundsOf(first)).rows).toEqual([{ amount: 334 }]);
  });

  it('not above what the role may refund: nothing ends', async () => {
    const { guests, path, first, second } = await splitTable();
    await world.pay(guests[0], first);
    const { pool } = world.app.database;
    const limit = (amount: number | null) =>
      pool.query(
        `INSERT INTO restaurant_settings (restaurant_id, staff_refund_limit_amount, split_reminders_enabled,
           guest_notifications_enabled, tip_pool_rule, version)
         VALUES ($1, $2, true, true, 'NONE', 1)
         ON CONFLICT (restaurant_id) DO UPDATE SET staff_refund_limit_amount = excluded.staff_refund_limit_amount`,
        [world.restaurant.restaurantId, amount],
      );
    await limit(100);
    expect(await refusal(staff.post(`${path}/cancel`, {}))).toMatchObject({ code: 'REFUND_ABOVE_LIMIT' });
    await limit(null);
    expect([await statusOf(first), await statusOf(second)]).toEqual(['COMPLETED', 'PENDING']);
    expect((await refundsOf(first)).rows).toEqual([]);
  });

  it('guests and strangers may not', async () => {
    const { guests, path, second } = await splitTable();
    const stranger = (await world.newSession()).guests[0];
    for (const client of [guests[0], world.guest('v2', stranger)]) {
      expect(await refusal(client.post(`${path}/cancel`, {}))).toMatchObject({ status: 403 });
      const row = `${path}/participant/${second.id}`;
      expect(await refusal(client.post(`${row}/remind`, {}))).toMatchObject({ status: 403 });
      expect(await refusal(client.patch(row, { hasPaid: true }))).toMatchObject({ status: 403 });
    }
    expect(await refusal(world.nobody('v2').post(`${path}/cancel`, {}))).toMatchObject({ status: 401 });
    expect(await statusOf(second)).toBe('PENDING');
  });
});

describe('a payment of a live split', () => {
  it('whose guest pays cash after all is not charged by card: its intent is cancelled first', async () => {
    const { path, second } = await splitTable();
    const taken = await staff.patch(`${path}/participant/${second.id}`, { hasPaid: true });
    expect(taken.data).toMatchObject({ id: second.id, status: 'COMPLETED', method: 'CASH' });
    const intents = world.app.simulator.control.state().paymentIntents;
    const own = intents.filter((intent) => intent.metadata.paymentId === second.id);
    expect(own.map((intent) => intent.status)).toEqual(['canceled']);
  });

  it('reminds nobody where no address is known; a paid one is refused', async () => {
    const { guests, path, first } = await splitTable();
    const remind = () => staff.post(`${path}/participant/${first.id}/remind`, { message: 'Please' });
    expect((await remind()).data).toEqual({ sent: false });
    await world.pay(guests[0], first);
    expect(await refusal(remind())).toMatchObject({ status: 409, code: 'ILLEGAL_TRANSITION' });
  });

  it('of another split is 404', async () => {
    const [one, other] = [await splitTable(), await splitTable()];
    for (const id of [other.first.id, 'nobody']) {
      const row = `${one.path}/participant/${id}`;
      expect(await refusal(staff.post(`${row}/remind`, {}))).toMatchObject({ status: 404 });
      expect(await refusal(staff.patch(row, { hasPaid: true }))).toMatchObject({
        status: expect.any(Number),
      });
    }
    expect(await statusOf(other.first)).toBe('PENDING');
  });
});

it('a calculation is read at its table: among the groups it is not there, for strangers as for the restaurant', async () => {
  const { path, first } = await splitTable();
  const { staffId } = await seedRestaurant(await world.app.asService());
  const token = await world.app.token('RESTAURANT_STAFF', staffId);
  const stranger = createLegacyClient({ url: world.app.url, version: 'v2', recorded: world.recorded, token });
  for (const client of [staff, await world.owner('v2'), stranger]) {
    for (const call of [
      () => client.get(path),
      () => client.get(`${path}/status`),
      () => client.patch(`${path}/participant/${first.id}`, { amount: 1 }),
    ])
      expect(await refusal(call())).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  }
});
