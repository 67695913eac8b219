import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDb } from '@/db/db';
import { createPool } from '@/db/pool';
import { type SharedClock, startSharedClock } from '@/server/shared-clock';
import { createTestDatabase, type TestDatabase } from '../../support/database';

const DAY_MS = 86_400_000;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const warnings: string[] = [];
const log = { warn: (_: unknown, text: string) => void warnings.push(text) };

/** With a machine whose clock is so far off, and stands still: what is compared needs no tolerance for time that passes. */
async function withMachine(wrongMs: number, check: (clock: SharedClock, machineMs: number) => unknown) {
  const machineMs = Date.now() + wrongMs;
  const clock = startSharedClock(createDb(database.pool), log, () => machineMs);
  try {
    await clock.correct();
    await check(clock, machineMs);
  } finally {
    clock.stop();
  }
}

test.each([DAY_MS, -DAY_MS])(
  'a machine whose clock is %i ms off goes by the database’s, and says so',
  async (wrongMs) => {
    warnings.length = 0;
    const { rows } = await database.pool.query<{ now: Date }>('SELECT now() AS now');
    await withMachine(wrongMs, (clock) => {
      const aheadMs = clock.now().getTime() - (rows[0]?.now.getTime() ?? 0);
      // The two questions may be as far apart as a busy machine likes, but never a day.
      expect(aheadMs).toBeGreaterThanOrEqual(0);
      expect(aheadMs).toBeLessThan(DAY_MS / 2);
    });
    expect(new Set(warnings)).toEqual(
      new Set([expect.stringContaining('of this machine and of the database differ')]),
    );
  },
);

test('a machine whose clock is right keeps its own, to the millisecond', async () => {
  warnings.length = 0;
  const clock = startSharedClock(createDb(database.pool), log);
  await clock.correct();
  const before = Date.now();
  const shown = clock.now().getTime();
  expect(shown).toBeGreaterThanOrEqual(before);
  expect(shown).toBeLessThanOrEqual(Date.now());
  clock.stop();
  expect(warnings).toEqual([]);
});

test('while the database is away the clock goes on as it was', async () => {
  const pool = createPool({
    url: 'postgres://nobody@127.0.0.1:1/none',
    max: 1,
    applicationName: 'test',
    onError: () => undefined,
  });
  const clock = startSharedClock(createDb(pool), log);
  await expect(clock.correct()).rejects.toThrow();
  expect(Math.abs(clock.now().getTime() - Date.now())).toBeLessThan(DAY_MS / 2);
  clock.stop();
  await pool.end();
});
