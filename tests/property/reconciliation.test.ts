import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createDb, type Db } from '@/db/db';
import { insertRun } from '@/db/sql/reconciliation';
import { REASONS } from '@/domain/reconciliation/words';
import { newId } from '@/services/ids';
import { runDue } from '@/services/reconciliation/run';
import type { WayTotal } from '@/services/reconciliation/schemas';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { PLANTS } from './reconciliation/plants';
import { PLACES, type Place, timeOf } from './reconciliation/time';
import { World } from './reconciliation/world';

const NAMES = Object.keys(PLANTS);
const RUNS = inject('testSize') === 'full' ? 500 : 12;

let database: TestDatabase;
let db: Db;
let scenarios = 0;
beforeAll(async () => {
  database = await createTestDatabase();
  db = createDb(database.pool);
});
afterAll(() => database?.drop({ unbalanced: 'rows of the processor are planted, and so are breaks' }));

/** Everything sound that there is, so that whatever is found wrong in it is false. */
function plantSound(world: World, count: number): void {
  for (let i = 0; i < count; i++) {
    const totalMinor = 1_000_000 + i * 100;
    world.sound({ totalMinor });
    world.refund(world.sound({ totalMinor: totalMinor + 20 }), 500);
    world.dispute(world.sound({ totalMinor: totalMinor + 40 }), totalMinor + 40);
    world.payout(world.sound({ totalMinor: totalMinor + 60 }));
    // Charged once more, in vain, by card and beside cash: given back, it is done with.
    world.extraCharge(world.sound({ totalMinor: totalMinor + 80 }), 700, 700);
    const chain = world.sound({ totalMinor: totalMinor + 85 });
    const { intentId, back } = world.receipt(chain, 900, 900);
    world.receiptEntry(`unmatched-refund:${intentId}:${back.id}`, String(chain.payment.id), -900);
    const at = new Date(world.time.noon.getTime() + 8 * 3_600_000);
    world.extraCharge(world.sound({ totalMinor: totalMinor + 90, provider: 'CASH', at }), 800, 800);
  }
  // The first and the last instant of the day, and beside it what is another day's and wrong.
  const { start, end } = world.time;
  world.sound({ totalMinor: 4_010, at: start });
  world.sound({ totalMinor: 4_020, at: new Date(end.getTime() - 1) });
  world.sound({ totalMinor: 4_030, at: end });
  const { charge } = world.sound({ totalMinor: 4_040, at: new Date(start.getTime() - 1) });
  world.remove('processor_transactions', charge);
  const drawer = world.drawer(10_000, { from: -1, to: 1 });
  world.putInto(drawer, world.sound({ totalMinor: 4_200, provider: 'CASH' }));
  const fee = world.movement({ category: 'fee', grossMinor: -250 });
  world.entry({
    factKey: `account-fee:${fee.id}`,
    paymentId: null,
    restaurantId: null,
    day: world.time.day,
    at: world.time.noon,
    account: 'PROCESSOR_FEES',
    against: 'PROCESSOR_CLEARING',
    amountMinor: 250,
  });
}

type Found = {
  way: string;
  class: string;
  reason: string;
  subject: string;
  currency: string;
  difference: number;
};

async function reconcile(world: World): Promise<{ items: Found[]; totals: WayTotal[] }> {
  const { day, lastDay, asOf } = world.time;
  const ids = [newId(), newId()];
  await db.query(insertRun, [
    ids[0],
    'RESTAURANT',
    world.restaurantId,
    'ON_DEMAND',
    day,
    lastDay,
    asOf,
    'test',
  ]);
  await db.query(insertRun, [ids[1], 'PLATFORM', null, 'ON_DEMAND', day, lastDay, asOf, 'test']);
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: console.error };
  expect(await runDue({ db, clock: { now: () => asOf }, log, wake: () => undefined })).toBe(2);
  const { rows } = await database.pool.query(
    `SELECT way, class, reason, subject, currency, (coalesce(theirs_amount, 0) - coalesce(ours_amount, 0))::int AS difference
     FROM reconciliation_items WHERE run_id = ANY ($1::uuid[]) ORDER BY number`,
    [ids],
  );
  const runs = await database.pool.query(
    'SELECT state, totals FROM reconciliation_runs WHERE id = ANY ($1::uuid[])',
    [ids],
  );
  expect(runs.rows.map((run) => run.state)).toEqual(['FINISHED', 'FINISHED']);
  return { items: rows, totals: runs.rows.flatMap((run) => run.totals as WayTotal[]) };
}

/** The said is what was expected; `*` stands for an id or amount that the plant cannot know. */
function matches(expected: string, said: string): boolean {
  const parts = said.split(' ');
  return expected.split(' ').every((part, i) => part === '*' || part === parts[i]);
}

async function judge(names: readonly string[], soundCount: number, place?: Place): Promise<void> {
  const world = new World(timeOf(scenarios++, place));
  plantSound(world, soundCount);
  const expected = names.flatMap((name, i) => PLANTS[name]?.(world, 300 + 100 * i) ?? []);
  await world.write(database.pool);
  const { items, totals } = await reconcile(world);

  const left = [...expected];
  const falsely: string[] = [];
  for (const item of items) {
    const said = `${item.way} ${item.class} ${item.reason} ${item.subject} ${item.difference}`;
    const at = left.findIndex((one) => matches(one, said));
    if (at === -1) falsely.push(said);
    else left.splice(at, 1);
  }
  expect({ missed: left, falsely }).toEqual({ missed: [], falsely: [] });

  // Both sides summed on their own leave nothing unexplained, and every cent of a difference is an item's.
  for (const total of totals) {
    expect({ way: total.way, remainder: total.remainderMinor }).toEqual({ way: total.way, remainder: 0 });
    expect(total.control).toEqual({ oursMinor: total.oursMinor, theirsMinor: total.theirsMinor });
  }
  for (const way of new Set(totals.map((total) => total.way))) {
    const sum = (amounts: number[]) => amounts.reduce((a, b) => a + b, 0);
    const told = sum(
      totals.filter((t) => t.way === way && t.currency === world.currency).map((t) => t.differenceMinor),
    );
    expect({
      way,
      minor: sum(items.filter((item) => item.way === way).map((item) => item.difference)),
    }).toEqual({
      way,
      minor: told,
    });
  }
}

test.each(PLACES)(
  'every kind of plant at once is found at $timeZone from $closingHour o’clock on, in $currency, and nothing else',
  async (place) => {
    await judge(NAMES, 3, place);
  },
);

test.each(PLACES)(
  'no plant: nothing is found at $timeZone from $closingHour o’clock on, in $currency',
  async (place) => {
    await judge([], 5, place);
  },
);

test('scenarios are in every place, and some begin on the day of a clock change', () => {
  const times = Array.from({ length: 50 }, (_, i) => timeOf(i));
  expect(new Set(times.map(({ place }) => place))).toEqual(new Set(PLACES));
  const hours = times.map(({ start, end }) => (end.getTime() - start.getTime()) / 3_600_000);
  expect([...new Set(hours)].toSorted((a, b) => a - b)).toEqual([23, 24, 25]);
  for (const { day, noon } of times) expect(noon.toISOString().slice(0, 10)).toBe(day);
});

test('there is a plant for every reason of every way', () => {
  const said = PLACES.flatMap((place) =>
    Object.values(PLANTS).flatMap((plant) => plant(new World(timeOf(0, place)), 300)),
  );
  const planted = new Set(said.map((one) => one.split(' ')[2]));
  expect(REASONS.filter((reason) => !planted.has(reason))).toEqual([]);
});

test.each(NAMES)('%s, alone', async (name) => {
  await judge([name], 1);
});

test('any mixture of plants is found whole, with no false one, and explained to the cent', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.constantFrom(...NAMES), { maxLength: 12 }),
      fc.integer({ min: 0, max: 4 }),
      fc.constantFrom(...PLACES),
      judge,
    ),
    { numRuns: RUNS, seed: 7, endOnFailure: true },
  );
});
