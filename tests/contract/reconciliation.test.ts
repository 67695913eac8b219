import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newKey, seedRestaurant } from '../support/app';
import { refusal } from './legacy-client';
import { type LegacyWorld, startLegacyWorld, VERSIONS } from './support';

let world: LegacyWorld;
beforeAll(async () => {
  world = await startLegacyWorld();
});
afterAll(() => world.app.stop());

const period = () =>
  `startDate=${new Date(Date.now() - 86_400_000).toISOString()}&endDate=${new Date(Date.now() + 60_000).toISOString()}`;

it.each(['/payments/reconciliation', '/payments/metrics'])(
  '%s of a restaurant or a time that no database holds is refused',
  async (path) => {
    const admin = await world.admin('v1');
    const late = encodeURIComponent('+275760-09-13T00:00:00.000Z');
    expect(await refusal(admin.get(`${path}?restaurantId=%00`))).toMatchObject({ status: 400 });
    expect(await refusal(admin.get(`${path}?endDate=${late}`))).toMatchObject({ status: 400 });
  },
);

it('says when more is open than it lists, which is the newest', async () => {
  const { restaurantId } = await seedRestaurant(await world.app.asService());
  const admin = await world.admin('v2');
  const read = async () =>
    (await admin.get(`/payments/reconciliation?${period()}&restaurantId=${restaurantId}`)).data;
  const plant = (count: number) =>
    world.app.database.pool.query(
      `INSERT INTO discrepancies (id, fact_key, restaurant_id, type, reason, severity, description)
       SELECT id, 'planted:' || id, $1, 'AMOUNT_MISMATCH', 'PLANTED', 'LOW', 'Planted'
       FROM (SELECT uuidv7(make_interval(secs => n)) AS id FROM generate_series(1, $2::int) n) planted`,
      [restaurantId, count],
    );
  await plant(500);
  const whole = await read();
  expect([whole.discrepancies.length, whole.discrepanciesTruncated]).toEqual([500, false]);
  await plant(1);
  const cut = await read();
  expect([cut.discrepancies.length, cut.discrepanciesTruncated]).toEqual([500, true]);
});

describe.each(VERSIONS)('GET /payments/reconciliation of %s', (version) => {
  const path = () => `/payments/reconciliation?${period()}&restaurantId=${world.restaurant.restaurantId}`;

  it('tells the flat figures of a period, by fine methods, and what is open on the work list', async () => {
    const owner = await world.owner(version);
    const before = (await owner.get(path())).data;
    const guest = world.guest(version);
    const orderId = await world.order({});
    const { data } = await guest.post(`/orders/${orderId}/payments`, { paymentMethod: 'CREDIT_CARD' });
    const paid = await world.pay(guest, data);
    await owner.post(`/payments/${paid.id}/refund`, { amount: 5, reason: 'cold soup' });
    const discrepancyId = newKey();
    await world.app.database.pool.query(
      `INSERT INTO discrepancies (id, fact_key, restaurant_id, type, reason, severity, payment_id, order_id, currency, expected_amount,
         actual_amount, description)
       VALUES ($1, $2, $3, 'AMOUNT_MISMATCH', 'PLANTED', 'HIGH', $4, $5, 'USD', 2700, 2750, 'Planted')`,
      [discrepancyId, `planted:${discrepancyId}`, world.restaurant.restaurantId, paid.id, orderId],
    );
    const after = (await owner.get(path())).data;
    expect(after.summary.grossRevenue - before.summary.grossRevenue).toBeCloseTo(27, 5);
    expect(after.summary.refunds - before.summary.refunds).toBeCloseTo(5, 5);
    expect(after.summary.netRevenue).toBeCloseTo(after.summary.grossRevenue - after.summary.refunds, 5);
    expect(after.summary).toMatchObject({
      pendingAmount: expect.any(Number),
      failedAmount: expect.any(Number),
    });
    expect(after.transactions.completed - before.transactions.completed).toBe(1);
    expect(after.transactions).toEqual({
      completed: expect.any(Number),
      pending: expect.any(Number),
      failed: expect.any(Number),
      refunded: expect.any(Number),
      total: expect.any(Number),
    });
    expect(after.byMethod.CREDIT_CARD).toEqual({ count: expect.any(Number), amount: expect.any(Number) });
    expect(after.discrepancies.find((one: { id: string }) => one.id === discrepancyId)).toEqual({
      id: discrepancyId,
      type: 'AMOUNT_MISMATCH',
      paymentId: paid.id,
      orderId,
      expectedAmount: 27,
      actualAmount: 27.5,
      description: 'Planted',
      severity: 'HIGH',
      createdAt: expect.any(String),
    });
  });

  it('is for admins and the owner alone', async () => {
    const admin = await world.admin(version);
    expect((await admin.get(`/payments/reconciliation?${period()}`)).data).toHaveProperty('summary');
    expect(await refusal(world.guest(version).get(path()))).toMatchObject({ status: 403 });
    const owner = await world.owner(version);
    expect(await refusal(owner.get(`/payments/reconciliation?${period()}`))).toMatchObject({ status: 403 });
    const staff = await world.staff(version);
    expect(await refusal(staff.get(path())), 'docs/adr/0017').toMatchObject({ status: 403 });
    expect(await refusal(admin.get('/payments/reconciliation?startDate=x'))).toMatchObject({ status: 400 });
  });
});
