import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createDb, type Db } from '@/db/db';
import { insertRun } from '@/db/sql/reconciliation';
import { newId } from '@/services/ids';
import { queueIncremental } from '@/services/reconciliation/plan-incremental';
import { runDue } from '@/services/reconciliation/run';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { PLANTS } from './reconciliation/plants';
import { type ScenarioTime, timeOf } from './reconciliation/time';
import { World } from './reconciliation/world';

const NAMES = Object.keys(PLANTS);
const RUNS = inject('testSize') === 'full' ? 100 : 8;
const DAY_MS = 86_400_000;

let database: TestDatabase;
let db: Db;
let scenarios = 0;
beforeAll(async () => {
  database = await createTestDatabase();
  db = createDb(database.pool);
});
afterAll(() => database?.drop({ unbalanced: 'rows of the processor are planted, and so are breaks' }));

type Run = { id: string; state: string; days: string[] | null; newCount: number };

async function work(id: string | null, { asOf }: ScenarioTime): Promise<Run> {
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: console.error };
  expect(await runDue({ db, clock: { now: () => asOf }, log, wake: () => undefined })).toBe(1);
  const { rows } = await database.pool.query(
    `SELECT id, state, days::text[] AS days, new_count AS "newCount" FROM reconciliation_runs WHERE id = $1`,
    [id],
  );
  expect(rows[0]).toMatchObject({ state: 'FINISHED' });
  return rows[0];
}

async function incremental({ restaurantId, time }: World): Promise<Run> {
  const at = { restaurantId, ...time.place };
  return work(await queueIncremental(db, at, { now: time.asOf, requestedBy: 'test' }), time);
}

async function full({ restaurantId, time }: World): Promise<Run> {
  const id = newId();
  const { day, lastDay, asOf } = time;
  await db.query(insertRun, [id, 'RESTAURANT', restaurantId, 'ON_DEMAND', day, lastDay, asOf, 'test']);
  return work(id, time);
}

async function itemsOf(run: Run): Promise<unknown[]> {
  const { rows } = await database.pool.query(
    `SELECT way, class, reason, severity, subject, day::text AS day, ours_amount, theirs_amount, fingerprint, discrepancy_id
     FROM reconciliation_items WHERE run_id = $1 ORDER BY way, subject`,
    [run.id],
  );
  return rows;
}

async function workListOf(world: World): Promise<unknown[]> {
  const { rows } = await database.pool.query(
    `SELECT fact_key, state, resolution, fingerprint, severity, day::text AS day FROM discrepancies
     WHERE restaurant_id = $1 ORDER BY fact_key`,
    [world.restaurantId],
  );
  return rows;
}

const laterBy = (time: ScenarioTime, days: number): ScenarioTime => ({
  ...time,
  day: new Date(Date.parse(time.day) + days * DAY_MS).toISOString().slice(0, 10),
  noon: new Date(time.noon.getTime() + days * DAY_MS),
});

function plant(world: World, names: readonly string[]): void {
  world.sound({ totalMinor: 90_000 });
  world.refund(world.sound({ totalMinor: 90_100 }), 500);
  for (const [i, name] of names.entries()) PLANTS[name]?.(world, 300 + 100 * i);
}

async function judge(before: readonly string[], after: readonly string[]): Promise<void> {
  const time = timeOf(scenarios++);
  const world = new World(time);
  plant(world, before);
  await world.write(database.pool);
  const quiet = new World(laterBy(time, 2), world.restaurantId);
  plant(quiet, []);
  await quiet.write(database.pool);
  const late = new World(laterBy(time, 3), world.restaurantId);
  const { payment, charge } = late.sound({ totalMinor: 70_000 });
  late.remove('processor_transactions', charge);
  await late.write(database.pool);

  const first = await incremental(world);
  const all = await full(world);
  expect(await itemsOf(first)).toEqual(await itemsOf(all));
  expect(all.newCount).toBe(0);
  // What comes next is the next change: nothing was under way.
  await database.pool.query(
    `UPDATE reconciliation_runs SET created_at = clock_timestamp() + interval '10 minutes' WHERE id = $1`,
    [first.id],
  );

  const next = new World(laterBy(time, 6), world.restaurantId);
  plant(next, after);
  await next.write(database.pool);
  const arrived = new World(laterBy(time, 5), world.restaurantId);
  const id = String(payment.id);
  const at = { paymentId: id, sourceId: `ch_${id}`, chargeId: `ch_${id}`, intentId: `pi_${id}` };
  arrived.movement({ ...at, category: 'charge', grossMinor: 70_000, feeMinor: 30 });
  await arrived.write(database.pool);

  const second = await incremental(world);
  const list = await workListOf(world);
  expect(list).toContainEqual(
    expect.objectContaining({ fact_key: `recon:PROCESSOR:charge:${id}`, resolution: 'VANISHED' }),
  );
  expect(second.days).toContain(next.time.day);
  expect(second.days).not.toContain(quiet.time.day);
  const again = await full(world);
  expect(await itemsOf(second)).toEqual(await itemsOf(again));
  expect(again.newCount).toBe(0);
  expect(await workListOf(world)).toEqual(list);
}

test('every kind of plant in what has changed: an incremental run finds what a full one finds', async () => {
  await judge([], NAMES);
});

test('every kind of plant that is open: an incremental run goes on finding it', async () => {
  await judge(NAMES, []);
});

test('whatever was wrong before and whatever goes wrong next, an incremental run leaves nothing to a full one', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc
        .uniqueArray(fc.constantFrom(...NAMES), { maxLength: 12 })
        .chain((names) =>
          fc
            .nat({ max: names.length })
            .map((cut): [string[], string[]] => [names.slice(0, cut), names.slice(cut)]),
        ),
      ([before, after]) => judge(before, after),
    ),
    { numRuns: RUNS, seed: 11, endOnFailure: true },
  );
});
