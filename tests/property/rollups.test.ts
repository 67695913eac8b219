import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createDb } from '@/db/db';
import { createPool } from '@/db/pool';
import { businessDayOf } from '@/domain/business-day';
import { updateMetrics } from '@/services/analytics/update';
import { compareDays } from '@/services/analytics/verify';
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
import { createDice, type Dice } from '../support/chaos-dice';
import { countFigures } from '../support/figures';
import { assertBooksBalance } from '../support/invariants';

/**
 * Issue 7: kept figures equal a full recount after random operations, several at a time, while nodes bring figures up to date
 * side by side and lose their connections at any moment. Counted twice: by the recount that repairs (SQL), and by plain
 * arithmetic over the rows with the domain's own business day.
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
  expect((await compareDays({ db }, {})).wrong).toEqual([]);
  expect(await keptCells()).toEqual(await plainCells());
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

type Cells = Record<
  string,
  { started: number; open: number; captured: number; tips: number; refunded: number }
>;

async function keptCells(): Promise<Cells> {
  const { rows } = await app.database.pool.query(
    `SELECT concat_ws(' ', restaurant_id, business_day, currency, hour, method) AS key, started_count AS started, open_count AS open,
       captured_amount AS captured, captured_tip_amount AS tips, refund_amount AS refunded FROM metric_hours`,
  );
  return Object.fromEntries(rows.map(({ key, ...cell }) => [key, cell]));
}

/** The same without SQL's help: one payment and one refund after the other. */
async function plainCells(): Promise<Cells> {
  const cells: Cells = {};
  const cellAt = (
    row: { restaurant_id: string; currency: string; method: string; time_zone: string },
    day: string,
    at: Date,
  ) => {
    const hour = Number(
      new Intl.DateTimeFormat('en-US', { timeZone: row.time_zone, hour: 'numeric', hourCycle: 'h23' }).format(
        at,
      ),
    );
    const key = [row.restaurant_id, day, row.currency, hour, row.method].join(' ');
    cells[key] ??= { started: 0, open: 0, captured: 0, tips: 0, refunded: 0 };
    return cells[key];
  };
  const payments = await app.database.pool.query(
    `SELECT p.*, p.business_day::text AS day, r.time_zone, r.closing_hour FROM payments p JOIN restaurants r ON r.id = p.restaurant_id`,
  );
  for (const row of payments.rows) {
    const started = cellAt(
      row,
      businessDayOf(row.created_at, row.time_zone, row.closing_hour),
      row.created_at,
    );
    started.started += 1;
    if (['PENDING', 'PROCESSING'].includes(row.status)) started.open += 1;
    if (row.completed_at === null) continue;
    const paid = cellAt(row, row.day, row.completed_at);
    paid.captured += row.total_amount;
    paid.tips += row.tip_amount;
  }
  const refunds = await app.database.pool.query(
    `SELECT t.occurred_at, t.business_day::text AS day, f.refund_amount, p.restaurant_id, p.currency, p.method, r.time_zone
     FROM ledger_transactions t JOIN payment_refunds f ON t.fact_key = 'refund:' || f.id
     JOIN payments p ON p.id = f.payment_id JOIN restaurants r ON r.id = p.restaurant_id`,
  );
  for (const row of refunds.rows) cellAt(row, row.day, row.occurred_at).refunded += row.refund_amount;
  return cells;
}
