import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SeededSession } from '../support/app';
import { type LegacyClient, refusal, type Wire } from './legacy-client';
import { type LegacyWorld, startLegacyWorld, VERSIONS } from './support';
import { breaches } from './wire-rules';

/** Legacy-contract 3.4 and section 6; probes 5, 6 and 7 of section 9. v1 divides in the browser and sends shares alone. */

let world: LegacyWorld;
beforeAll(async () => {
  world = await startLegacyWorld({ STRIPE_REQUESTS_PER_SECOND: '1000' });
});
afterAll(() => world.app.stop());

interface Table {
  session: SeededSession;
  path: string;
  split: string;
  guests: [LegacyClient, LegacyClient, LegacyClient];
  ids: readonly [string, string, string];
}

/** A table whose bill is 10.00 in two orders. */
async function setTable(version: 'v1' | 'v2'): Promise<Table> {
  const session = await world.newSession();
  const [a, b, c] = session.guests;
  await world.order({ session, guestSessionId: a, subtotalMinor: 540, taxMinor: 60 });
  await world.order({ session, guestSessionId: b, subtotalMinor: 370, taxMinor: 30 });
  const path = `/table-sessions/${session.sessionId}`;
  return {
    session,
    path,
    split: `${path}/split-calculation`,
    guests: [world.guest(version, a), world.guest(version, b), world.guest(version, c)],
    ids: session.guests,
  };
}

/** How the split screen of v2 pays: what it shows, and how it was divided. */
function pay(client: LegacyClient, { path }: Table, amount: unknown, more: object = {}) {
  return client.post(`${path}/payment`, {
    paymentMethod: 'CREDIT_CARD',
    amount,
    tipAmount: 0,
    splitDetails: { splitType: 'EQUAL', lockId: 'x', participantCount: 3, retryAttempt: 0 },
    ...more,
  });
}

const remainder = async ({ guests, path }: Table) =>
  (await guests[0].get(`${path}/bill`)).data.summary.remainingBalance;

describe.each(VERSIONS)('probes of section 9 with the %s client', (version) => {
  it('5: three payers of 10.00 EQUAL at once are charged 3.34 + 3.33 + 3.33, the bill ends at exactly 0', async () => {
    const table = await setTable(version);
    const { guests, ids, split } = table;
    // v1 knows no calculation: it sends the shares that it shows.
    if (version === 'v2') await guests[0].post(split, { splitType: 'EQUAL', participants: ids });
    const started = await Promise.all(
      [3.34, 3.33, 3.33].map((amount, i) => pay(guests[i] ?? guests[0], table, amount)),
    );
    expect(started.map(({ data }) => data.amount)).toEqual([3.34, 3.33, 3.33]);
    const status = (await guests[0].get(`${table.path}/payment-status`)).data;
    expect(status).toMatchObject({ canAcceptNewPayment: true, paidAmount: 0 });
    for (const [i, { data }] of started.entries()) await world.pay(guests[i] ?? guests[0], data);
    expect(await remainder(table)).toBe(0);
  });

  it('7: an unrounded tip of 3.2985 is accepted and charged as 3.30', async () => {
    const table = await setTable(version);
    const { guests, ids, split } = table;
    if (version === 'v2') await guests[0].post(split, { splitType: 'EQUAL', participants: ids });
    const { data } = await pay(guests[1], table, 3.33, { tipAmount: 3.2985 });
    expect(data).toMatchObject({ amount: 6.63, tipAmount: 3.3, breakdown: { tip: 3.3, total: 6.63 } });
  });
});

describe('the v2 client', () => {
  let table: Table;
  beforeEach(async () => {
    table = await setTable('v2');
  });

  it('6: after 60 % was paid, the second payer’s POST yields 40 % of the original base', async () => {
    const { guests, ids, split } = table;
    const [a, b] = ids;
    const body = { splitType: 'BY_PERCENTAGE', participants: ids, percentages: { [a]: '60', [b]: 40 } };
    const first = (await guests[0].post(split, body)).data;
    expect(first.splitAmounts).toEqual({ [a]: 6, [b]: 4, [ids[2]]: 0 });
    const started = (await pay(guests[0], table, 6)).data;
    await world.pay(guests[0], started);
    const again = (await guests[1].post(split, body)).data;
    expect(again).toMatchObject({ totalAmount: 10, isLocked: true, lockedBy: a });
    expect(again.splitAmounts[b]).toBe(4);
    expect(again.participants).toEqual([b, ids[2]]);
    await world.pay(guests[1], (await pay(guests[1], table, 4)).data);
    expect(await remainder(table)).toBe(0);
  });

  it('gets SplitCalc as its screens read it, the same by POST and GET, absent parts left out', async () => {
    const { guests, ids, split } = table;
    expect((await guests[0].get(split)).data).toBeNull();
    const made = (await guests[1].post(split, { splitType: 'EQUAL', participants: [...ids].reverse() })).data;
    expect(made).toEqual({
      id: expect.any(String),
      splitCalculationId: made.id,
      tableSessionId: table.session.sessionId,
      splitType: 'EQUAL',
      participants: ids,
      splitAmounts: { [ids[0]]: 3.34, [ids[1]]: 3.33, [ids[2]]: 3.33 },
      totalAmount: 10,
      valid: true,
      timestamp: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
      lastUpdatedBy: ids[1],
      lastUpdatedAt: expect.any(String),
      updatedBy: ids[1],
      updatedAt: expect.any(String),
      isLocked: false,
    });
    for (const guest of guests) expect((await guest.get(split)).data).toEqual(made);
    const next = (await guests[0].post(split, { splitType: 'BY_AMOUNT', participants: ids })).data;
    expect(Date.parse(next.timestamp)).toBeGreaterThan(Date.parse(made.timestamp));
  });

  it('changes only its own percentage or amount, numeric text too; any guest says who had what', async () => {
    const { guests, ids, split } = table;
    const [a, b] = ids;
    await guests[0].post(split, { splitType: 'BY_PERCENTAGE', participants: ids, percentages: { [a]: 60 } });
    const own = (await guests[1].patch(`${split}/${b}`, { percentage: '40.00' })).data;
    expect(own).toMatchObject({
      percentages: { [a]: 60, [b]: 40 },
      splitAmounts: { [a]: 6, [b]: 4 },
      valid: true,
    });
    expect(await refusal(guests[1].patch(`${split}/${a}`, { percentage: 1 }))).toMatchObject({ status: 403 });
    expect(await refusal(guests[1].patch(`${split}/${b}`, { percentage: 40.02 }))).toMatchObject({
      status: 400,
      code: 'SPLIT_PERCENTAGES_ABOVE_WHOLE',
    });
    await guests[0].post(split, {
      splitType: 'BY_AMOUNT',
      participants: ids,
      amounts: { [a]: '6.004', [b]: 0 },
    });
    const amount = (await guests[1].patch(`${split}/${b}`, { amount: 4.01 })).data;
    expect(amount.amounts, 'one cent too much is a rounding').toEqual({ [a]: 6, [b]: 4 });

    const bill = (await guests[0].get(`${table.path}/bill`)).data;
    const [order] = bill.billByRound['1'].orders;
    const [soup, steak] = order.items;
    const body = { splitType: 'BY_ITEMS', participants: ids, itemAssignments: { [soup.id]: a } };
    await guests[0].post(split, body);
    const items = (await guests[1].patch(`${split}/${a}`, { itemAssignments: { [steak.id]: [a, b] } })).data;
    expect(items.itemAssignments).toEqual({ [soup.id]: a, [steak.id]: [a, b] });
    const sum = Object.values<number>(items.splitAmounts).reduce((all, n) => all + Math.round(n * 100), 0);
    expect(sum).toBe(1000);
  });

  it.each([
    ['percentages over 100.01', { splitType: 'BY_PERCENTAGE', percentages: [60, 40.02] }],
    ['amounts over the balance', { splitType: 'BY_AMOUNT', amounts: [6, 4.02] }],
    ['a negative amount', { splitType: 'BY_AMOUNT', amounts: [-1, 4] }],
    ['a negative percentage', { splitType: 'BY_PERCENTAGE', percentages: [-1, 4] }],
    ['an amount that is no number', { splitType: 'BY_AMOUNT', amounts: ['much', 4] }],
    ['another type', { splitType: 'BY_WEIGHT' }],
  ])('is told 400 for %s', async (_what, { splitType, ...values }) => {
    const maps = Object.entries(values).map(([name, list]) => [
      name,
      Object.fromEntries((list as unknown[]).map((value, i) => [table.ids[i], value])),
    ]);
    const body = { splitType, participants: table.ids, ...Object.fromEntries(maps) };
    const refused = await refusal(table.guests[0].post(table.split, body));
    expect(refused).toMatchObject({ kind: 'ApiError', status: 400, message: expect.any(String) });
  });

  it('is told 400 for a guest of another table', async () => {
    const body = { splitType: 'EQUAL', participants: [...table.ids, 'stranger'] };
    expect(await refusal(table.guests[0].post(table.split, body))).toMatchObject({ status: 400 });
  });

  it('is charged the stored share: a cent beside it passes, two are 400; a repeat answers the same payment', async () => {
    const { guests, ids, split } = table;
    await guests[0].post(split, { splitType: 'EQUAL', participants: ids });
    expect(await refusal(pay(guests[0], table, 3.32))).toMatchObject({
      status: 400,
      code: 'AMOUNT_MISMATCH',
    });
    const started = (await pay(guests[0], table, 3.33)).data;
    expect(started).toMatchObject({ amount: 3.34, paymentType: 'split', status: 'PENDING' });
    expect(started.splitCalculationId).toBe((await guests[0].get(split)).data.id);
    expect((await pay(guests[0], table, 3.34)).data.id).toBe(started.id);
    const list = `/restaurants/${world.restaurant.restaurantId}/payments`;
    const { data } = await (await world.staff('v2')).get(list, { limit: 1000 });
    const row = data.find((payment: { id: string }) => payment.id === started.id);
    expect(row, 'as R groups it').toMatchObject({
      splitCalculationId: started.splitCalculationId,
      metadata: { splitType: 'EQUAL' },
    });
    expect((await guests[0].get(`/payments/${started.id}`)).data.metadata.splitType).toBe('EQUAL');
    await guests[0].put(`/payments/${started.id}/status`, { status: 'CANCELLED' });
    const cancelled = (await guests[0].get(`/payments/${started.id}`)).data;
    expect(cancelled, 'R would wait for it for ever').not.toHaveProperty('splitCalculationId');
    const nothing = await refusal(pay(world.guest('v2'), table, 1));
    expect(nothing).toMatchObject({ status: 403 });
  });

  it('goes through lock, lock-status, recover-lock and unlock as its payment flow does', async () => {
    const { guests, ids, split } = table;
    await guests[0].post(split, { splitType: 'EQUAL', participants: ids });
    expect((await guests[0].get(`${split}/lock-status`)).data).toEqual({
      tableSessionId: table.session.sessionId,
      isLocked: false,
      canModify: true,
      message: expect.any(String),
    });
    const locked = (await guests[0].post(`${split}/lock`, { lockReason: 'PAYMENT_CREATED' })).data;
    expect(locked).toEqual({
      tableSessionId: table.session.sessionId,
      isLocked: true,
      lockedBy: ids[0],
      lockedAt: expect.any(String),
      lockReason: 'PAYMENT_CREATED',
      message: expect.any(String),
    });
    expect((await guests[1].post(`${split}/lock`)).data).toMatchObject({ isLocked: true, lockedBy: ids[0] });
    const other = await refusal(guests[1].post(split, { splitType: 'BY_AMOUNT', participants: ids }));
    expect(other).toMatchObject({ status: 409, code: 'SPLIT_LOCKED' });
    expect(other.message).not.toMatch(/conflict|concurrent|locked|network|timeout/i);
    const same = (await guests[1].post(split, { splitType: 'EQUAL', participants: ids })).data;
    expect(same).toMatchObject({ splitType: 'EQUAL', isLocked: true });
    expect(await refusal(guests[1].patch(`${split}/${ids[1]}`, { percentage: 1 }))).toMatchObject({
      status: 409,
    });
    expect((await guests[1].post(`${split}/recover-lock`)).data).toMatchObject({
      recovered: false,
      cleaned: false,
      lockStatus: { isLocked: true, lockedBy: ids[0] },
      message: expect.any(String),
    });
    expect((await guests[1].delete(`${split}/lock`)).data).toMatchObject({ isLocked: true });

    const started = (await pay(guests[0], table, 3.34)).data;
    expect((await guests[0].delete(`${split}/lock`)).data, 'the payment holds').toMatchObject({
      isLocked: true,
    });
    expect((await guests[0].post(`${split}/recover-lock`)).data).toMatchObject({
      recovered: true,
      cleaned: false,
    });
    await guests[0].post(`${table.path}/payments/${started.id}/cancel`);
    expect((await guests[1].get(`${split}/lock-status`)).data).toMatchObject({
      isLocked: false,
      canModify: true,
    });
    await guests[0].post(`${split}/lock`);
    expect((await guests[0].post(`${split}/recover-lock`)).data).toMatchObject({
      recovered: true,
      cleaned: true,
    });
  });

  it('of staff opens it by session or by calculation; guests and strangers may not', async () => {
    const { guests, ids, split } = table;
    const { id } = (await guests[0].post(split, { splitType: 'EQUAL', participants: ids })).data;
    const staff = await world.staff('v2');
    const byCalculation = `/table-sessions/${id}/split-calculation/force-unlock`;
    for (const path of [`${split}/force-unlock`, byCalculation]) {
      await guests[0].post(`${split}/lock`);
      expect((await staff.post(path)).data).toMatchObject({
        tableSessionId: table.session.sessionId,
        isLocked: false,
      });
      expect((await guests[0].get(`${split}/lock-status`)).data.isLocked).toBe(false);
    }
    expect(await refusal(guests[0].post(`${split}/force-unlock`))).toMatchObject({ status: 403 });
    expect(await refusal(world.guest('v2').get(split))).toMatchObject({ status: 403 });
    expect(await refusal(world.nobody('v2').get(split))).toMatchObject({ status: 401 });
    expect(await refusal(staff.post(split, { splitType: 'EQUAL' }))).toMatchObject({ status: 403 });
    expect(await refusal(guests[0].get('/table-sessions/undefined/split-calculation'))).toMatchObject({
      status: 404,
    });
  });

  it('of staff sees nobody’s secret id, only public ones', async () => {
    const { guests, ids, split } = table;
    await guests[0].post(split, { splitType: 'EQUAL', participants: ids });
    const staff = await world.staff('v2');
    const seen = JSON.stringify([await staff.get(split), await staff.get(`${split}/lock-status`)]);
    for (const secret of ids) expect(seen).not.toContain(secret);
    expect((await staff.get(split)).data.participants).toHaveLength(3);
  });

  it('of an admin clears stale locks by a path that looks like a session’s', async () => {
    const path = '/table-sessions/split-calculation/cleanup-stale-locks';
    const admin = await world.admin('v2');
    expect((await admin.post(path)).data).toEqual({
      cleanedCount: 0,
      totalFound: 0,
      results: [],
      affectedTableSessions: [],
      message: expect.any(String),
    });
    expect(await refusal((await world.owner('v2')).post(path))).toMatchObject({ status: 403 });
  });

  it('starts a new round with its own re-POST once all have paid', async () => {
    const { guests, ids, split, session } = table;
    const body = { splitType: 'EQUAL', participants: ids };
    await guests[0].post(split, body);
    const started = await Promise.all(
      [3.34, 3.33, 3.33].map((amount, i) => pay(guests[i] ?? guests[0], table, amount)),
    );
    for (const [i, { data }] of started.entries()) await world.pay(guests[i] ?? guests[0], data);
    const over = (await guests[0].get(split)).data;
    expect(over).toMatchObject({ participants: [], isLocked: false });
    await world.order({ session, subtotalMinor: 301, taxMinor: 0 });
    const next: Wire = (await guests[0].post(split, body)).data;
    expect(next).toMatchObject({ totalAmount: 3.01, participants: ids });
    expect(next.splitAmounts).toEqual({ [ids[0]]: 1.01, [ids[1]]: 1, [ids[2]]: 1 });
  });
});

it('no answer had a monetary text, a null order, or an error without message and code', () => {
  expect(world.recorded.length).toBeGreaterThan(50);
  expect(world.recorded.flatMap(breaches)).toEqual([]);
});
