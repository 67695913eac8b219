import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { businessDayIn } from '@/db/sql/metric-facts';
import { businessDayOf } from '@/domain/business-day';
import { createTestDatabase, type TestDatabase } from '../../support/database';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 1, empty: true });
});
afterAll(() => database.drop());

const ZONES = [
  'America/New_York',
  'America/Sao_Paulo',
  'America/Havana',
  'America/St_Johns',
  'Europe/London',
  'Europe/Berlin',
  'Africa/Casablanca',
  'Asia/Kathmandu',
  'Asia/Tehran',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'UTC',
];

/** Every quarter of an hour of the days on which a clock changes somewhere, and others. */
const instant = fc
  .integer({
    min: Date.parse('2024-01-01T00:00:00Z') / 900_000,
    max: Date.parse('2027-12-31T00:00:00Z') / 900_000,
  })
  .map((quarter) => new Date(quarter * 900_000 + 1));
const nearChange = fc
  .tuple(
    fc.constantFrom('2026-03-08', '2026-11-01', '2026-03-29', '2026-10-25', '2026-04-04', '2026-10-03'),
    fc.nat(36 * 3600),
  )
  .map(([date, seconds]) => new Date(Date.parse(`${date}T00:00:00Z`) + seconds * 1000));

it('reported bug “report on the wrong day near midnight or DST”: database and domain compute the same business day, also on days of clock changes', async () => {
  const cases = fc.sample(fc.tuple(fc.oneof(instant, nearChange), fc.constantFrom(...ZONES), fc.nat(12)), {
    numRuns: 5_000,
    seed: 20261123,
  });
  const { rows } = await database.pool.query(
    `SELECT (${businessDayIn('c.at')})::text AS day
     FROM unnest($1::timestamptz[], $2::text[], $3::int[]) WITH ORDINALITY AS c (at, time_zone, closing_hour, n)
     JOIN LATERAL (SELECT c.time_zone, c.closing_hour) r ON TRUE ORDER BY c.n`,
    [cases.map(([at]) => at), cases.map(([, zone]) => zone), cases.map(([, , hour]) => hour)],
  );
  expect(rows.map(({ day }) => day)).toEqual(cases.map(([at, zone, hour]) => businessDayOf(at, zone, hour)));
});
