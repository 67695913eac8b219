import type { QueryResultRow } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import type { Statement } from '@/db/sql';
import type { Deps } from '@/services/context';
import { makeExports } from '@/services/exports/make';
import { getExport } from '@/services/exports/read';
import { EXPORT_KINDS } from '@/services/exports/registry';
import { applyRetention } from '@/services/retention/apply';
import { systemContext } from '@/services/system-context';
import { type Client, newKey, refusalOf, startTestApp, type TestApp } from '../../support/app';
import { pdfText } from '../../support/pdf-text';
import { rows, type Scene } from '../payments/support';
import { bearer, businessOf, download, plantMovements } from './support';

const DAY_MS = 86_400_000;

let app: TestApp;
let at: Scene & { paymentId: string };
let owner: Client;
let offsetMs = 0;
const deps = (): Deps => ({
  ...app.server.app.deps,
  clock: { now: () => new Date(Date.now() + offsetMs) },
});
/** Lines are read through the replica, or what stands in for it. */
function withReads(query: (db: Deps['db']) => Deps['db']['query']): Deps {
  const all = deps();
  const { db } = all.replica;
  return { ...all, replica: { ...all.replica, db: { ...db, query: query(db) } } };
}
const restaurantId = () => at.at.restaurantId;
const wanted = (more: object = {}) => ({
  kind: 'settlement' as const,
  filters: { restaurantId: restaurantId() },
  idempotencyKey: newKey(),
  ...more,
});
const jobs = () =>
  rows<{ id: string; state: string; attempt: number }>(
    app,
    'SELECT id, state, attempt FROM export_jobs ORDER BY id',
  );

beforeAll(async () => {
  app = await startTestApp();
  at = await businessOf(app);
  owner = await app.asOwner(at.at.ownerId);
  // More than one part of a file.
  await plantMovements(app, restaurantId(), at.paymentId, {
    at: new Date('2024-03-10T12:00:00Z'),
    amounts: Array<number>(3000).fill(100),
  });
});
beforeEach(async () => {
  offsetMs = 0;
  await app.database.pool.query('DELETE FROM export_jobs');
});
afterAll(() => app.stop());

describe('an export in the background', () => {
  it('waits, is made in parts, and its link gives the same file as the direct download, to anybody', async () => {
    const created = await owner.exports.create.mutate(wanted());
    expect(created).toMatchObject({
      restaurantId: restaurantId(),
      kind: 'settlement',
      format: 'csv',
      state: 'WAITING',
      url: null,
      rowCount: 0,
      totalRowCount: null,
      requestedBy: `user:${at.at.ownerId}`,
    });
    expect(await makeExports(deps())).toBe(1);
    const done = await owner.exports.get.query({ exportId: created.id });
    expect(done).toMatchObject({ state: 'DONE', rowCount: 3000, totalRowCount: 3000, failureReason: null });
    expect(done.url).toMatch(new RegExp(`^${app.url}/api/exports/files/[\\w-]{43}$`));
    const parts = await rows<{ n: number }>(
      app,
      'SELECT length(bytes) AS n FROM export_chunks ORDER BY sequence',
    );
    expect(parts.length).toBeGreaterThan(2);
    expect(Math.max(...parts.map(({ n }) => n))).toBeLessThan(600_000);

    const file = await download(done.url ?? '');
    const direct = await download(
      `${app.url}/api/exports/settlement.csv?restaurantId=${restaurantId()}`,
      await bearer(app, 'RESTAURANT_OWNER', at.at.ownerId),
    );
    expect(file.rows).toHaveLength(3000);
    expect(file.text).toBe(direct.text);
    expect(file.headers.get('content-length')).toBe(String(done.byteCount));
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="settlement.csv"');
  });

  it('can be printed', async () => {
    const filters = { restaurantId: restaurantId(), fromDay: '2024-03-10', toDay: '2024-03-10' };
    const { id } = await owner.exports.create.mutate(wanted({ format: 'pdf', filters }));
    await makeExports(deps());
    const { url } = await owner.exports.get.query({ exportId: id });
    const { headers, bytes } = await download(url ?? '');
    expect(headers.get('content-type')).toBe('application/pdf');
    expect(pdfText(bytes)).toContain('Settlement report');
  });

  it('is made once for one key', async () => {
    const input = wanted();
    const [a, b] = await Promise.all([
      owner.exports.create.mutate(input),
      owner.exports.create.mutate(input),
    ]);
    expect(b.id).toBe(a.id);
    expect(await jobs()).toHaveLength(1);
    const other = owner.exports.create.mutate({ ...input, kind: 'ledger' });
    expect((await refusalOf(other)).appCode).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  it('has its link for a day by the database’s clock, whatever the clock of the node that made it says', async () => {
    for (const wrongMs of [-2 * DAY_MS, 2 * DAY_MS]) {
      const { id } = await owner.exports.create.mutate(wanted());
      offsetMs = wrongMs;
      await makeExports(deps());
      const { url, expiresAt } = await owner.exports.get.query({ exportId: id });
      expect((await download(url ?? '')).status).toBe(200);
      expect(Math.round((Date.parse(expiresAt ?? '') - Date.now()) / 3_600_000)).toBe(24);
      const seen = await getExport(
        { ...systemContext(deps(), 'test'), actor: { kind: 'admin', userId: 'admin-1' } },
        { exportId: id },
      );
      expect(seen).toMatchObject({ state: 'DONE', url });
    }
  });

  it('ends with its link, and its bytes with it; what was exported stays listed for a while', async () => {
    const { id } = await owner.exports.create.mutate(wanted());
    await makeExports(deps());
    const { url } = await owner.exports.get.query({ exportId: id });
    offsetMs = DAY_MS + 60_000;
    await app.database.pool.query(`UPDATE export_jobs SET expires_at = now() - interval '1 second'`);
    expect((await download(url ?? '')).status).toBe(404);
    expect(await owner.exports.get.query({ exportId: id })).toMatchObject({ state: 'EXPIRED', url: null });
    const times = { outboxDays: 365, idempotencyHours: 72, webhookPayloadDays: 90, recordYears: 10 };
    await applyRetention(deps(), times);
    expect(await rows(app, 'SELECT 1 FROM export_chunks')).toEqual([]);
    expect((await owner.exports.list.query({ restaurantId: restaurantId() })).items).toHaveLength(1);
    offsetMs = 32 * DAY_MS;
    await applyRetention(deps(), times);
    expect(await jobs()).toEqual([]);
  });
});

describe('how far a file is', () => {
  type Progress = { state: string; rowCount: number; totalRowCount: number | null };
  const of = ({ state, rowCount, totalRowCount }: Progress): Progress => ({ state, rowCount, totalRowCount });

  /** As it is told before each page that is read, and at the end. */
  async function followed(input: Parameters<typeof owner.exports.create.mutate>[0], statement: string) {
    const { id } = await owner.exports.create.mutate(input);
    const told = async () => of(await owner.exports.get.query({ exportId: id }));
    const seen: Progress[] = [];
    const watched = (db: Deps['db']): Deps['db'] => ({
      ...db,
      query: async (one, values) => {
        if (one.name === statement || one.text.includes(statement)) seen.push(await told());
        return db.query(one, values);
      },
    });
    const all = deps();
    await makeExports({
      ...all,
      db: watched(all.db),
      replica: { ...all.replica, db: watched(all.replica.db) },
    });
    return { seen, done: await told() };
  }

  it.each(['csv', 'pdf'] as const)(
    'is told of a %s, row by row, of a total that was counted',
    async (format) => {
      const { seen, done } = await followed(wanted({ format }), 'read-settlement-page');
      expect(done).toEqual({ state: 'DONE', rowCount: 3000, totalRowCount: 3000 });
      // The first page is read before the job knows anything, so that refusals come early.
      const later = seen.slice(2);
      expect(later.map(({ state, totalRowCount }) => [state, totalRowCount])).toEqual(
        later.map(() => ['RUNNING', 3000]),
      );
      const counts = later.map(({ rowCount }) => rowCount);
      expect(counts).toEqual(counts.toSorted((a, b) => a - b));
      expect(counts.filter((count) => count > 0 && count < 3000).length).toBeGreaterThan(1);
    },
  );

  it('counts what would be listed: as many as come, with every filter', async () => {
    const ctx = systemContext(deps(), 'test');
    const filters = [
      {},
      { status: 'COMPLETED' },
      { method: ['CARD', 'CASH'], createdFrom: '2000-01-01T00:00:00Z', totalFromMinor: '1' },
      { table: 'nowhere' },
    ];
    for (const more of filters) {
      const given = { restaurantId: restaurantId(), ...more };
      for (const name of ['payments', 'ledger', 'settlement'] as const) {
        if (name !== 'payments' && Object.keys(more).length > 0) continue;
        const kind = EXPORT_KINDS[name];
        let rowsThere = 0;
        for await (const page of await kind.table(ctx, given)) rowsThere += page.length;
        expect([name, more, await kind.total(ctx, given)]).toEqual([name, more, rowsThere]);
      }
    }
    const search = { restaurantId: restaurantId(), search: '2' };
    expect(await EXPORT_KINDS.payments.total(ctx, search)).toBeNull();
  });

  it('is of no total where counting is reading, until the file is done', async () => {
    const { seen, done } = await followed(wanted({ kind: 'refunds' }), 'FROM payment_refunds');
    expect(seen.map(({ totalRowCount }) => totalRowCount)).toEqual(seen.map(() => null));
    expect(done).toEqual({ state: 'DONE', rowCount: 1, totalRowCount: 1 });
  });

  it('of a printed table is of its lines, without their sums', async () => {
    for (const kind of ['refunds', 'payments'] as const) {
      const csv = await followed(wanted({ kind }), 'none');
      const pdf = await followed(wanted({ kind, format: 'pdf' }), 'none');
      expect(pdf.done).toEqual(csv.done);
      expect(pdf.done.rowCount).toBeGreaterThan(0);
    }
  });

  it('begins anew with another attempt, and ends with what was written, whatever was counted', async () => {
    const { id } = await owner.exports.create.mutate(wanted());
    await app.database.pool.query(
      `UPDATE export_jobs SET state = 'RUNNING', attempt = 1, row_count = 77, total_row_count = 88, lease_until = now() - interval '1 second'`,
    );
    let first: Progress | undefined;
    const watching = withReads(
      (db) =>
        async <Row extends QueryResultRow>(one: Statement, values: unknown[]) => {
          first ??= of(await owner.exports.get.query({ exportId: id }));
          const found = await db.query<Row>(one, values);
          if (one.name === 'sum-settlement') for (const sum of found) Object.assign(sum, { count: 5 });
          return found;
        },
    );
    await makeExports(watching);
    expect(first).toEqual({ state: 'RUNNING', rowCount: 0, totalRowCount: null });
    expect(of(await owner.exports.get.query({ exportId: id }))).toEqual({
      state: 'DONE',
      rowCount: 3000,
      totalRowCount: 3000,
    });
  });
});

describe('a worker', () => {
  it('that died is followed by another; what it still writes counts no more', async () => {
    await owner.exports.create.mutate(wanted());
    await app.database.pool.query(
      `UPDATE export_jobs SET state = 'RUNNING', attempt = 1, lease_until = now() + interval '1 minute'`,
    );
    await app.database.pool.query(`INSERT INTO export_chunks SELECT id, 0, 'torn'::bytea FROM export_jobs`);
    expect(await makeExports(deps())).toBe(0);
    await app.database.pool.query(`UPDATE export_jobs SET lease_until = now() - interval '1 second'`);
    expect(await makeExports(deps())).toBe(1);
    expect(await jobs()).toMatchObject([{ state: 'DONE', attempt: 2 }]);
    const [item] = (await owner.exports.list.query({ restaurantId: restaurantId() })).items;
    expect((await download(item?.url ?? '')).rows).toHaveLength(3000);
  });

  it('that is stopped hands back what it has not finished', async () => {
    await owner.exports.create.mutate(wanted());
    const stop = new AbortController();
    const stopping = withReads((db) => (statement, values) => {
      if (statement.name === 'read-settlement-page') stop.abort();
      return db.query(statement, values);
    });
    await makeExports(stopping, { signal: stop.signal });
    expect(await jobs()).toMatchObject([{ state: 'WAITING' }]);
    expect(await makeExports(deps(), { signal: stop.signal })).toBe(0);
    await makeExports(deps());
    expect(await jobs()).toMatchObject([{ state: 'DONE' }]);
  });

  it('tries again after an error of ours, three times, and then says so without its inside', async () => {
    const { id } = await owner.exports.create.mutate(wanted());
    const broken = withReads(
      (db) => (statement, values) =>
        statement.name === 'read-settlement-page'
          ? Promise.reject(new Error('inside'))
          : db.query(statement, values),
    );
    for (let attempt = 1; attempt <= 3; attempt++) {
      expect(await makeExports(broken)).toBe(1);
      await app.database.pool.query(`UPDATE export_jobs SET lease_until = now() - interval '1 second'`);
    }
    const failed = await owner.exports.get.query({ exportId: id });
    expect(failed).toMatchObject({ state: 'FAILED', url: null });
    expect(failed.failureReason).not.toContain('inside');
    expect(await makeExports(deps())).toBe(0);
  });

  it('does not try again what can never work', async () => {
    await owner.exports.create.mutate(wanted());
    await app.database.pool.query(`UPDATE export_jobs SET kind = 'gone'`);
    await makeExports(deps());
    expect(await jobs()).toMatchObject([{ state: 'FAILED', attempt: 1 }]);
  });

  test('two at once make each file once', async () => {
    for (let n = 0; n < 4; n++) await owner.exports.create.mutate(wanted({ kind: 'payments' }));
    const [a, b] = await Promise.all([makeExports(deps()), makeExports(deps())]);
    expect((a ?? 0) + (b ?? 0)).toBe(4);
    expect((await jobs()).map(({ state, attempt }) => [state, attempt])).toEqual(Array(4).fill(['DONE', 1]));
  });
});

describe('is refused', () => {
  it('with filters that make no sense, or in a form that there is not', async () => {
    for (const more of [
      { filters: { restaurantId: restaurantId(), color: 'blue' } },
      { kind: 'ledger', format: 'pdf' },
      { kind: 'tips' },
    ])
      expect((await refusalOf(owner.exports.create.mutate(wanted(more)))).appCode).toBe('INVALID_INPUT');
    expect(await jobs()).toEqual([]);
  });

  it('to staff for the books, whose exports they do not see either', async () => {
    expect((await refusalOf(at.staff.exports.create.mutate(wanted()))).code).toBe('FORBIDDEN');
    const { id } = await owner.exports.create.mutate(wanted());
    const own = await at.staff.exports.create.mutate(wanted({ kind: 'payments' }));
    expect((await refusalOf(at.staff.exports.get.query({ exportId: id }))).code).toBe('NOT_FOUND');
    const seen = await at.staff.exports.list.query({ restaurantId: restaurantId() });
    expect(seen.items.map((item) => item.id)).toEqual([own.id]);
  });

  it('to other tenants: neither made, nor seen, nor listed', async () => {
    const stranger = await app.asOwner((await businessOf(app)).at.ownerId);
    const { id } = await owner.exports.create.mutate(wanted());
    for (const call of [
      stranger.exports.create.mutate(wanted()),
      stranger.exports.get.query({ exportId: id }),
      stranger.exports.list.query({ restaurantId: restaurantId() }),
      stranger.exports.list.query({}),
    ].map((one) => refusalOf(one)))
      expect((await call).code).toBe('NOT_FOUND');
  });

  it('to an admin who names a restaurant that is not there', async () => {
    const admin = await app.asAdmin();
    const call = admin.exports.create.mutate(
      wanted({ kind: 'payments', filters: { restaurantId: 'nowhere' } }),
    );
    expect((await refusalOf(call)).code).toBe('NOT_FOUND');
    expect(await jobs()).toEqual([]);
  });

  it('when ten of one person are under way', async () => {
    for (let n = 0; n < 10; n++) await owner.exports.create.mutate(wanted({ kind: 'payments' }));
    expect((await refusalOf(owner.exports.create.mutate(wanted()))).appCode).toBe('RATE_LIMIT_EXCEEDED');
  });
});

test('the list goes page by page, newest first, and an admin’s has all', async () => {
  const ids = [];
  for (let n = 0; n < 3; n++) ids.push((await owner.exports.create.mutate(wanted({ kind: 'payments' }))).id);
  const admin = await app.asAdmin();
  const whole = await admin.exports.create.mutate({ kind: 'ledger', filters: {}, idempotencyKey: newKey() });
  expect(whole.restaurantId).toBeNull();
  const first = await owner.exports.list.query({ restaurantId: restaurantId(), limit: 2 });
  const second = await owner.exports.list.query({
    restaurantId: restaurantId(),
    limit: 2,
    cursor: first.nextCursor ?? '',
  });
  expect([...first.items, ...second.items].map((item) => item.id)).toEqual([...ids].reverse());
  expect(second.nextCursor).toBeNull();
  expect((await admin.exports.list.query({})).items).toHaveLength(4);
});
