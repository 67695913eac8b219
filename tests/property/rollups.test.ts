import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createDb } from '@/db/db';
import { createPool } from '@/db/pool';
import { METRIC_COLUMNS, type MetricColumn } from '@/db/sql/metric-facts';
import { businessDayOf } from '@/domain/business-day';
import { DECLINE_CODES } from '@/domain/payment/failure-words';
import { updateMetrics } from '@/services/analytics/update';
import { compareDays } from '@/services/analytics/verify';
import { createDice, type Dice } from '../chaos/dice';
import {
  type Client,
  newKey,
  payWithCard,
  type SeededRestaurant,
  seedOrder,
  seedRestaurant,
  startTestApp,
  type TestApp,
  waitFor,
  waitForStatus,
} from '../support/app';
import { countFigures } from '../support/figures';
import { assertBooksBalance } from '../support/invariants';

/**
 * Kept figures equal a full recount after random operations, several at a time, while nodes bring figures up to date
 * side by side and lose their connections at any moment. Counted twice: by the recount that repairs (SQL), and, every column
 * of it, by plain arithmetic over the rows with the domain's own business day.
 */

const OPERATIONS = inject('testSize') === 'full' ? 10_000 : 150;
const SEED = 20261123;
const AT_ONCE = 6;

// Around both clock changes of each zone, and on an ordinary evening.
const MOMENTS = [
  '2026-03-08T04:00:00Z', // New York, 23 hours
  '2026-11-01T04:00:00Z', // New York, 25 hours
  '2026-03-28T23:00:00Z', // London
  '2026-10-24T23:00:00Z',
  '2026-04-04T13:00:00Z', // Lord Howe, half an hour
  '2026-10-03T13:00:00Z',
  '2026-06-12T18:00:00Z',
].map((text) => Date.parse(text));

const PLACES = [
  { timeZone: 'America/New_York', closingHour: 4, currency: 'USD' },
  { timeZone: 'Europe/London', closingHour: 1, currency: 'GBP' },
  { timeZone: 'Australia/Lord_Howe', closingHour: 2, currency: 'AUD' },
  { timeZone: 'Asia/Kathmandu', closingHour: 0, currency: 'USD' },
];

let app: TestApp;
let service: Client;
let now = Date.now();
const places: { restaurant: SeededRestaurant; staff: Client; owner: Client }[] = [];

beforeAll(async () => {
  app = await startTestApp({ app: { clock: { now: () => new Date(now) } } });
  service = await app.asService();
  for (const place of PLACES) {
    const restaurant = await seedRestaurant(service, place);
    places.push({
      restaurant,
      staff: await app.asStaff(restaurant.staffId),
      owner: await app.asOwner(restaurant.ownerId),
    });
  }
});
afterAll(() => app.stop());

type Place = (typeof places)[number];
const captured: { place: Place; paymentId: string; totalMinor: number }[] = [];

/** What people and Stripe do, as often as its weight says. A refusal is fine: somebody else was faster. */
const WEIGHTED: [number, (dice: Dice) => Promise<unknown>][] = [
  [8, takeCash],
  [3, (dice) => ask(dice)],
  [3, async (dice) => cancel(await ask(dice))],
  [2, (dice) => card(dice, 'pm_card_visa')],
  [2, (dice) => card(dice, 'pm_card_chargeDeclined')],
  [5, refund],
  [1, changeClosingHour],
];
const DEEDS = WEIGHTED.flatMap(([weight, deed]) => Array.from({ length: weight }, () => deed));

it(`figures equal a recount after ${OPERATIONS} random operations (seed ${SEED})`, async () => {
  const dice = createDice(SEED);
  const nodes = [startNode('a'), startNode('b')];
  let done = 0;
  const work = async () => {
    while (done < OPERATIONS) {
      done += 1;
      now = dice.pick(MOMENTS) + dice.below(14 * 3_600_000);
      await dice
        .pick(DEEDS)(dice)
        .catch(() => undefined);
      if (dice.below(20) === 0) await dice.pick(nodes).crash();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  for (const node of nodes) await node.stop();
  now = Date.now();
  const db = createDb(app.database.pool);
  await waitFor('nothing is under way', async () => {
    const { rows } = await app.database.pool.query(
      `SELECT (SELECT count(*) FROM webhook_events WHERE state IN ('RECEIVED', 'RETRY'))
         + (SELECT count(*) FROM payment_refunds WHERE status = 'PROCESSING') AS count`,
    );
    return rows[0].count === 0;
  });
  await countFigures(app.database.pool);
  // The simulator's last webhooks may still be on their way: what they bring counts at once, and nothing repairs here.
  await waitFor('kept figures are the plain ones', async () => {
    await updateMetrics({ db });
    return isDeepStrictEqual(await keptCells(), await plainCells());
  }).catch(() => undefined);
  expect((await compareDays({ db }, {})).wrong).toEqual([]);
  expect(await keptCells()).toEqual(await plainCells());
  expect(await platformCells()).toEqual(summed(await keptCells()));
  await assertBooksBalance(app.database.pool);
}, 3_600_000);

async function takeCash(dice: Dice) {
  const place = dice.pick(places);
  const orderId = await seedOrder(service, place.restaurant, { subtotalMinor: 1000 + dice.below(5000) });
  const payment = await place.staff.cash.record.mutate({
    orderId,
    tipMinor: dice.below(500),
    idempotencyKey: newKey(),
  });
  captured.push({ place, paymentId: payment.id, totalMinor: payment.totalMinor });
}

async function ask(dice: Dice) {
  const place = dice.pick(places);
  const orderId = await seedOrder(service, place.restaurant);
  const { id } = await place.staff.cash.request.mutate({ orderId, idempotencyKey: newKey() });
  return { place, paymentId: id };
}

function cancel({ place, paymentId }: { place: Place; paymentId: string }) {
  return place.staff.payments.cancel.mutate({ paymentId, idempotencyKey: newKey() });
}

async function card(dice: Dice, method: string) {
  const place = dice.pick(places);
  const orderId = await seedOrder(service, place.restaurant);
  const payment = await place.staff.payments.create.mutate({ orderId, idempotencyKey: newKey() });
  await payWithCard(app, payment, method);
  await waitForStatus(place.staff, payment.id, method === 'pm_card_visa' ? 'COMPLETED' : 'FAILED');
  if (method === 'pm_card_visa')
    captured.push({ place, paymentId: payment.id, totalMinor: payment.totalMinor });
}

async function refund(dice: Dice) {
  if (captured.length === 0) return;
  const { place, paymentId, totalMinor } = dice.pick(captured);
  const amountMinor = 1 + dice.below(totalMinor);
  await place.owner.refunds.create.mutate({
    paymentId,
    amountMinor,
    reason: 'Random',
    idempotencyKey: newKey(),
  });
}

/** Days that were started then count on another clock; what was captured keeps its day. */
async function changeClosingHour(dice: Dice) {
  const { restaurant } = dice.pick(places);
  await app.database.pool.query('UPDATE restaurants SET closing_hour = $2 WHERE id = $1', [
    restaurant.restaurantId,
    dice.below(5),
  ]);
}

/** A node that keeps figures all the time, on connections of its own that may be cut. */
function startNode(name: string) {
  const applicationName = `rollups-${name}`;
  const pool = createPool({ url: app.database.url, max: 1, applicationName, onError: () => undefined });
  const db = createDb(pool);
  let isRunning = true;
  const running = (async () => {
    while (isRunning) {
      await updateMetrics({ db }).catch(() => undefined);
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  return {
    crash: () =>
      app.database.pool.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()',
        [applicationName],
      ),
    async stop() {
      isRunning = false;
      await running;
      await pool.end();
    },
  };
}

type Cell = Record<MetricColumn, number>;
type Cells = Record<string, Cell>;

async function keptCells(): Promise<Cells> {
  const { rows } = await app.database.pool.query(
    `SELECT concat_ws(' ', restaurant_id, business_day, currency, hour, method) AS key, ${METRIC_COLUMNS.join(', ')} FROM metric_hours`,
  );
  return Object.fromEntries(rows.map(({ key, ...cell }) => [key, cell]));
}

async function platformCells(): Promise<Cells> {
  const { rows } = await app.database.pool.query(
    `SELECT concat_ws(' ', business_day, currency, hour, method) AS key, ${METRIC_COLUMNS.join(', ')} FROM platform_metric_hours`,
  );
  const isEmpty = (cell: Cell) => METRIC_COLUMNS.every((column) => cell[column] === 0);
  return Object.fromEntries(rows.flatMap(({ key, ...cell }) => (isEmpty(cell) ? [] : [[key, cell]])));
}

/** The cells of all restaurants together. */
function summed(cells: Cells): Cells {
  const sums: Cells = {};
  for (const [key, cell] of Object.entries(cells)) {
    const place = key.slice(key.indexOf(' ') + 1);
    const sum = sums[place];
    sums[place] = Object.fromEntries(
      METRIC_COLUMNS.map((column) => [column, (sum?.[column] ?? 0) + cell[column]]),
    ) as Cell;
  }
  return sums;
}

type PaymentFact = {
  id: string;
  restaurant_id: string;
  currency: string;
  method: string;
  status: string;
  failure_code: string | null;
  total_amount: number;
  tax_amount: number;
  tip_amount: number;
  created_at: Date;
  completed_at: Date | null;
  day: string;
  time_zone: string;
  closing_hour: number;
  orders: string[];
  is_split: boolean;
};

type BillFact = { id: string; status: string; asked: number; captured: number };

/** Every column of every cell without SQL's help: one payment, bill and refund after the other, by what ADR 34 says it means. */
async function plainCells(): Promise<Cells> {
  const cells: Cells = {};
  const add = (row: PaymentFact, day: string, at: Date, counts: Partial<Cell>) => {
    const clock = { timeZone: row.time_zone, hour: 'numeric', hourCycle: 'h23' } as const;
    const hour = Number(new Intl.DateTimeFormat('en-US', clock).format(at));
    const key = [row.restaurant_id, day, row.currency, hour, row.method].join(' ');
    cells[key] ??= Object.fromEntries(METRIC_COLUMNS.map((column) => [column, 0])) as Cell;
    for (const [column, count] of Object.entries(counts)) cells[key][column as MetricColumn] += Number(count);
  };
  const { rows: payments } = await app.database.pool.query<PaymentFact>(
    `SELECT p.*, p.business_day::text AS day, r.time_zone, r.closing_hour, num_nonnulls(p.split_group_id, p.split_calculation_id) > 0 AS is_split,
       array(SELECT order_id::text FROM payment_allocations a WHERE a.payment_id = p.id) AS orders
     FROM payments p JOIN restaurants r ON r.id = p.restaurant_id`,
  );
  const { rows: bills } = await app.database.pool.query<BillFact>(
    `SELECT o.id, o.status, o.subtotal_amount + o.tax_amount + o.tip_amount + s.adjusted_subtotal_amount
       + s.adjusted_tax_amount + s.adjusted_tip_amount AS asked, s.captured_amount::int AS captured
     FROM orders o JOIN order_payment_states s ON s.order_id = o.id`,
  );
  const paidBills = new Set(
    bills
      .filter(
        ({ status, asked, captured }) =>
          captured > 0 && captured >= (status === 'CANCELLED' ? 0 : Math.max(0, asked)),
      )
      .map(({ id }) => id),
  );
  const ofOrder = new Map<string, PaymentFact[]>();
  for (const row of payments)
    for (const orderId of row.orders) ofOrder.set(orderId, [...(ofOrder.get(orderId) ?? []), row]);
  const isEarlier = (a: PaymentFact, b: PaymentFact) =>
    a.created_at.getTime() - b.created_at.getTime() || (a.id < b.id ? -1 : 1);
  for (const row of payments) {
    const isTaken = ['COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED'].includes(row.status);
    const isOpen = ['PENDING', 'PROCESSING'].includes(row.status);
    const isFailed = row.status === 'FAILED' || (row.status === 'CANCELLED' && row.failure_code !== null);
    const isTechnical = !DECLINE_CODES.includes(row.failure_code ?? 'unknown');
    const started = row.orders.filter((id) => ofOrder.get(id)?.toSorted(isEarlier)[0] === row);
    add(row, businessDayOf(row.created_at, row.time_zone, row.closing_hour), row.created_at, {
      started_count: 1,
      started_captured_count: Number(isTaken),
      open_count: Number(isOpen),
      open_amount: isOpen ? row.total_amount : 0,
      declined_count: Number(isFailed && !isTechnical),
      technical_count: Number(isFailed && isTechnical),
      abandoned_count: Number(row.status === 'CANCELLED' && row.failure_code === null),
      failed_amount: isFailed ? row.total_amount : 0,
      bill_count: started.length,
      paid_bill_count: started.filter((id) => paidBills.has(id)).length,
      split_bill_count: started.filter((id) => ofOrder.get(id)?.some((one) => one.is_split)).length,
    });
    if (!isTaken || row.completed_at === null) continue;
    add(row, row.day, row.completed_at, {
      captured_count: 1,
      captured_amount: row.total_amount,
      captured_tax_amount: row.tax_amount,
      captured_tip_amount: row.tip_amount,
      paying_seconds: Math.max(0, Math.round((row.completed_at.getTime() - row.created_at.getTime()) / 1000)),
    });
  }
  const byId = new Map(payments.map((row) => [row.id, row]));
  const { rows: refunds } = await app.database.pool.query(
    `SELECT f.*, t.fact_key, t.occurred_at, t.business_day::text AS day FROM payment_refunds f
     JOIN ledger_transactions t ON t.fact_key IN ('refund:' || f.id, 'refund-failed:' || f.id)`,
  );
  for (const fact of refunds) {
    const row = byId.get(fact.payment_id);
    if (!row) throw new Error('a refund without its payment');
    const sign = fact.fact_key.startsWith('refund:') ? 1 : -1;
    add(row, fact.day, fact.occurred_at, {
      refund_count: sign,
      refund_amount: sign * fact.refund_amount,
      refund_tax_amount: sign * fact.tax_refund_amount,
      refund_tip_amount: sign * fact.tip_refund_amount,
    });
  }
  return cells;
}
