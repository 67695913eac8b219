import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { examineDatabase } from '@/cli/doctor/database';
import { createDb } from '@/db/db';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@/db/embedded';
import { applyMigrations } from '@/db/migrate';
import { createPool } from '@/db/pool';
import { loadEnv } from '@/env';
import { DEVELOPMENT } from '@/env.variables';
import { compareDays } from '@/services/analytics/verify';
import { outboxEnd, readOutboxAfter } from '@/services/live/read-outbox';
import { confirmAsBrowser, type Simulator, startSimulator } from '@/stripe/simulator';
import { type Client, createClients } from '../../support/app-clients';
import { seedOrder, seedRestaurant } from '../../support/app-fixtures';
import { takeBaseBackup } from '../../support/base-backup';
import { assertBooksBalance } from '../../support/invariants';
import { bundlePrograms, type CrashNode, createNode, type Programs } from '../../support/processes';
import { waitFor } from '../../support/wait-for';

/**
 * The drill of docs/operations.md, "Restore from a backup": a base backup of a running database, more payments, the loss of
 * that database, a new server on the copy, and what Stripe still knows fetched from there.
 */
let folder: string;
let programs: Programs;
let simulator: Simulator;
let source: EmbeddedPostgres;
let restored: EmbeddedPostgres;
/** Stopped at the end, last first; what is stopped already minds no second time. */
const running = new Set<{ stop(): Promise<void> }>();

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tabsy-restore-'));
  // The server's own user must get in, when this runs as root.
  await chmod(folder, 0o755);
  programs = await bundlePrograms();
  simulator = await startSimulator({ production: false });
  source = await startEmbeddedPostgres({ ephemeral: true, log: () => undefined });
  running.add(source);
  await applyMigrations(source.url, { log: () => undefined });
});
afterAll(async () => {
  for (const one of [...running].reverse()) await one.stop();
  await simulator?.close();
  await programs?.remove();
  await rm(folder, { recursive: true, force: true });
});

/** A node in a process of its own, so that the loss of its database is nobody else's. */
async function startOn(databaseUrl: string): Promise<CrashNode> {
  const node = await createNode(programs, { databaseUrl, simulatorUrl: simulator.url });
  await node.start();
  running.add(node);
  simulator.addWebhookEndpoint({ url: `${node.url}/api/webhooks/stripe`, secret: DEVELOPMENT.webhookSecret });
  return node;
}

const poolOn = (url: string) => {
  const pool = createPool({ url, max: 2, applicationName: 'tabsy-auditor', onError: () => undefined });
  running.add({ stop: async () => void (pool.ended || (await pool.end())) });
  return pool;
};

const statusOf = async (pool: Pool, id: string) =>
  (await pool.query<{ status: string }>('SELECT status FROM payments WHERE id = $1', [id])).rows[0]?.status;

async function open(customer: Client, orderId: string) {
  return customer.payments.create.mutate({ orderId, tipMinor: 0, idempotencyKey: randomUUID() });
}
const confirm = (payment: { clientSecret: string | null }) =>
  confirmAsBrowser({
    apiBase: simulator.url,
    publishableKey: 'pk_test_chaos_only_0000',
    clientSecret: payment.clientSecret ?? '',
    paymentMethod: 'pm_card_visa',
  });

/** Step 3: what `npm run doctor` says of the database, `db:migrate` and `analytics:verify`. */
async function checkCopy(url: string, pool: Pool): Promise<void> {
  const { findings } = await examineDatabase(url, 5);
  const text = (item: string) => findings.find((one) => one.item === item)?.text;
  expect(findings.filter(({ item, level }) => level !== 'ok' && ITEMS_OF_A_COPY.includes(item))).toEqual([]);
  expect(ITEMS_OF_A_COPY.map(text)).not.toContain(undefined);
  expect(await applyMigrations(url, { log: () => undefined })).toEqual({ applied: [] });
  const { days, wrong } = await compareDays({ db: createDb(pool) }, {});
  expect(days).toBeGreaterThan(0);
  expect(wrong).toEqual([]);
}

/** The others are the machine's: how safely this server writes, and which task has not run since the nodes ended. */
const ITEMS_OF_A_COPY = ['database', 'migrations', 'live events', 'dead letters'];

test('after a restore the books balance, and what was paid since the backup is fetched from Stripe or shown', async () => {
  const before = await startOn(source.url);
  const clients = createClients(before.url, loadEnv({ NODE_ENV: 'test' }));
  const service = await clients.asService();
  const at = await seedRestaurant(service);
  const customerId = `customer-${randomUUID()}`;
  const customer = await clients.asCustomer(customerId);
  const order = () => seedOrder(service, at, { customerId });
  const sourcePool = poolOn(source.url);

  // Before the backup: one paid, one open.
  const paid = await open(customer, await order());
  await confirm(paid);
  await waitFor('the first is paid', async () => (await statusOf(sourcePool, paid.id)) === 'COMPLETED');
  const opened = await open(customer, await order());

  const dataDir = path.join(folder, 'restored');
  await takeBaseBackup(source.url, path.join(source.dataDir, 'cluster'), path.join(dataDir, 'cluster'));

  // After it: the open one is paid, and another one begun and paid. Then all of it is gone.
  await confirm(opened);
  await waitFor('the second is paid', async () => (await statusOf(sourcePool, opened.id)) === 'COMPLETED');
  const lost = await open(customer, await order());
  await confirm(lost);
  await waitFor('the third is paid', async () => (await statusOf(sourcePool, lost.id)) === 'COMPLETED');
  const lastHeard = await outboxEnd(createDb(sourcePool));
  await before.stop();
  await sourcePool.end();
  await source.stop();

  restored = await startEmbeddedPostgres({ dataDir, log: () => undefined });
  running.add(restored);
  const pool = poolOn(restored.url);
  await assertBooksBalance(pool);
  expect([await statusOf(pool, paid.id), await statusOf(pool, opened.id)]).toEqual(['COMPLETED', 'PENDING']);
  expect(await statusOf(pool, lost.id)).toBeUndefined();
  // A screen that heard more than this database knows loads everything anew, instead of waiting for what it has heard.
  await expect(readOutboxAfter(createDb(pool), lastHeard, null, 10)).rejects.toMatchObject({
    code: 'RESYNC_REQUIRED',
  });

  await checkCopy(restored.url, pool);

  await startOn(restored.url);
  await waitFor(
    'the sweep has found the second',
    async () => (await statusOf(pool, opened.id)) === 'COMPLETED',
  );
  const waiting = await waitFor('the event of the lost one waits for its record', async () => {
    const { rows } = await pool.query<{ state: string }>(
      `SELECT state FROM webhook_events WHERE object_id = $1 AND type = 'payment_intent.succeeded'`,
      [lost.paymentIntentId],
    );
    return rows[0];
  });
  expect(waiting.state).toBe('WAITING');
  // Its money is known too, and belongs to nobody yet: posted as an unmatched receipt once its payment has had time to come.
  const money = await waitFor('its balance transaction is kept', async () => {
    const { rows } = await pool.query<{ gross: number; claimed: string }>(
      `SELECT gross_amount::int AS gross, claimed_payment_id AS claimed FROM processor_transactions
       WHERE intent_id = $1 AND posted_at IS NULL`,
      [lost.paymentIntentId],
    );
    return rows[0];
  });
  expect(money).toEqual({ gross: lost.totalMinor, claimed: lost.id });
  await assertBooksBalance(pool);
}, 240_000);
