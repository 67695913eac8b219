import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@/db/embedded';
import { applyMigrations } from '@/db/migrate';
import { createPool } from '@/db/pool';
import {
  newKey,
  payWithCard,
  refusalOf,
  seedOrder,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
  waitForStatus,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';

/* A disk of its own for the embedded database: memory that only root may mount, so elsewhere this is not run. */
const DISK_MIB = 320;
const MIB = 2 ** 20;
const disk = mkdtempSync(path.join(tmpdir(), 'tabsy-disk-'));
const isMounted =
  process.platform === 'linux' &&
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m,mode=0755`, 'tmpfs', disk]).status === 0;

let server: EmbeddedPostgres;
let pool: ReturnType<typeof createPool>;
let app: TestApp;
beforeAll(async () => {
  if (!isMounted) return;
  server = await startEmbeddedPostgres({ dataDir: path.join(disk, 'data'), log: () => undefined });
  await applyMigrations(server.url, { log: () => undefined });
  pool = createPool({ url: server.url, max: 2, applicationName: 'tabsy-test', onError: () => undefined });
  app = await startTestApp({
    database: { url: server.url, pool, drop: async () => undefined },
    env: { DATABASE_TIMEOUT_MS: '3000' },
  });
});
afterAll(async () => {
  await app?.stop();
  await pool?.end();
  await server?.stop();
  if (isMounted) spawnSync('umount', [disk]);
  rmSync(disk, { recursive: true, force: true });
});

/** Writes until nothing more fits. */
async function fill(file: string): Promise<void> {
  const handle = await open(file, 'w');
  try {
    for (let chunk = Buffer.alloc(MIB); chunk.length > 0; ) {
      const isWritten = await handle.write(chunk).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code !== 'ENOSPC') throw error;
          return false;
        },
      );
      if (!isWritten) chunk = chunk.subarray(0, Math.floor(chunk.length / 2));
    }
  } finally {
    await handle.close();
  }
}

test.skipIf(!isMounted)(
  'a full disk: 503, nothing half done, and it goes on once there is room (not run where tmpfs cannot be mounted)',
  async () => {
    const service = await app.asService();
    const at = await seedRestaurant(service);
    const session = await seedSession(service, at);
    const guest = app.asGuest(session.guests[0]);
    const orderId = await seedOrder(service, at, { session });
    // A fresh piece of log: what fails is the first table that has to grow.
    await pool.query('SELECT pg_switch_wal()');
    await pool.query('CHECKPOINT');
    const filler = path.join(disk, 'filler');
    await fill(filler);

    const before = await pool.query('SELECT count(*)::int AS n FROM orders');
    let synced = 0;
    const refusal = await refusalOf(
      (async () => {
        for (; synced < 5_000; synced++) await seedOrder(service, at, { session });
      })(),
    );
    expect(refusal).toMatchObject({ code: 'SERVICE_UNAVAILABLE', appCode: 'DATABASE_UNAVAILABLE' });
    const after = await pool.query('SELECT count(*)::int AS n FROM orders');
    expect(after.rows[0].n).toBe(before.rows[0].n + synced);

    await rm(filler);
    const payment = await guest.payments.create.mutate({ orderId, idempotencyKey: newKey() });
    await payWithCard(app, payment);
    await waitForStatus(guest, payment.id, 'COMPLETED');
    await assertBooksBalance(pool);
  },
);
