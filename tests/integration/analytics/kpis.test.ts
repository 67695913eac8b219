import { afterAll, beforeAll, expect, it } from 'vitest';
import { businessDayOf } from '@/domain/business-day';
import { addDays } from '@/domain/calendar-day';
import { newId } from '@/services/ids';
import {
  type Client,
  newKey,
  type SeededRestaurant,
  seedOrder,
  seedRestaurant,
  startTestApp,
  type TestApp,
} from '../../support/app';
import { countFigures } from '../../support/figures';

let app: TestApp;
let service: Client;
let restaurant: SeededRestaurant;
let owner: Client;
let admin: Client;
let today: string;
let longAgo: string;
let payments: { old: string; now: string };

beforeAll(async () => {
  app = await startTestApp();
  service = await app.asService();
  restaurant = await seedRestaurant(service, { timeZone: 'UTC' });
  owner = await app.asOwner(restaurant.ownerId);
  admin = await app.asAdmin();
  today = businessDayOf(new Date(), 'UTC', 4);
  longAgo = addDays(today, -100);
  payments = { old: await cash(), now: await cash() };
  await sql(
    `UPDATE payments SET business_day = $2, completed_at = completed_at - interval '100 days' WHERE id = $1`,
    [payments.old, longAgo],
  );
  await countFigures(app.database.pool);
});
afterAll(() => app.stop());

const sql = (text: string, values: unknown[] = []) => app.database.pool.query(text, values);
const cash = async () => {
  const staff = await app.asStaff(restaurant.staffId);
  const orderId = await seedOrder(service, restaurant);
  return (await staff.cash.record.mutate({ orderId, idempotencyKey: newKey() })).id;
};

type Planted = { type?: string; reason: string; day?: string; paymentId?: string; isPlatform?: boolean };

async function plant({ type = 'MISSING_PAYMENT', reason, day, paymentId, isPlatform }: Planted) {
  const id = newId();
  await sql(
    `INSERT INTO discrepancies (id, fact_key, restaurant_id, type, reason, severity, payment_id, day, description)
     VALUES ($1, $2, $3, $4, $5, 'HIGH', $6, $7, 'Planted')`,
    [
      id,
      `planted:${id}`,
      isPlatform ? null : restaurant.restaurantId,
      type,
      reason,
      paymentId ?? null,
      day ?? today,
    ],
  );
}

async function kpis(client: Client, day: string) {
  const scope = client === admin ? {} : { restaurantId: restaurant.restaurantId };
  const { kpis } = await client.analytics.kpis.query({ ...scope, fromDay: day, toDay: day });
  const of = (name: string) => kpis.find((kpi) => kpi.name === name)?.value;
  return { accuracy: of('revenueAccuracy'), lost: of('lostPayments') };
}

it('revenue is as accurate as the payments of the period are: what is open of another one takes nothing off', async () => {
  await plant({
    type: 'AMOUNT_MISMATCH',
    reason: 'CHARGE_AMOUNT_DIFFERS',
    day: longAgo,
    paymentId: payments.old,
  });
  // Found today, of a payment of long ago.
  await plant({ type: 'STATUS_MISMATCH', reason: 'SPLIT_REFUND_FAILED', paymentId: payments.old });
  expect((await kpis(owner, today)).accuracy).toBe(100);
  expect((await kpis(admin, today)).accuracy).toBe(100);
  expect((await kpis(owner, longAgo)).accuracy).toBe(0);
  expect((await kpis(owner, addDays(today, -50))).accuracy).toBeNull();
});

it('a payment counts once against it, however much is open of it, and not when it is resolved', async () => {
  await plant({ type: 'AMOUNT_MISMATCH', reason: 'FEE_DIFFERS', paymentId: payments.now });
  await plant({ type: 'AMOUNT_MISMATCH', reason: 'LEDGER_DIFFERS', paymentId: payments.now });
  expect((await kpis(owner, today)).accuracy).toBe(0);
  await sql(
    `UPDATE discrepancies SET state = 'RESOLVED', resolution = 'ACCEPTED', resolved_by = 'test', resolved_at = now() WHERE payment_id = $1`,
    [payments.now],
  );
  expect((await kpis(owner, today)).accuracy).toBe(100);
});

it('lost payments are those of the period that the processor captured and the database lacks', async () => {
  for (const reason of ['UNKNOWN_BANK_LINE', 'FEE_NOT_POSTED', 'LINES_MISSING', 'NOT_AT_BANK'])
    await plant({ reason, isPlatform: true });
  for (const reason of [
    'ORDER_UNPAID',
    'NO_BALANCE_TRANSACTION',
    'NO_REFUND_TRANSACTION',
    'CASH_OUTSIDE_DRAWER',
  ])
    await plant({ reason });
  await plant({ reason: 'FOREIGN_CHARGE', day: longAgo, isPlatform: true });
  expect((await kpis(owner, today)).lost).toBe(0);
  expect((await kpis(admin, today)).lost).toBe(0);
  expect((await kpis(admin, longAgo)).lost).toBe(1);

  await plant({ type: 'STATUS_MISMATCH', reason: 'CHARGED_BUT_NOT_CAPTURED' });
  await plant({ reason: 'FOREIGN_CHARGE', isPlatform: true });
  expect((await kpis(owner, today)).lost).toBe(1);
  expect((await kpis(admin, today)).lost).toBe(2);
});
