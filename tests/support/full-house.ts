import type { Browser, BrowserContext } from 'playwright';
import { businessDayOf } from '@/domain/business-day';
import { standingSessions } from '@/server/seed';
import { DEMO_LOGINS, DEMO_PASSWORD } from '@/server/seed-logins';
import { type Basket, demoOrderRow } from '@/server/seed-orders';
import { DEMO_PLACES } from '@/server/seed-places';
import { rebuildMetrics } from '@/services/analytics/rebuild';
import { watchAlerts } from '@/services/analytics/watch-alerts';
import { retryEvents } from '@/services/inbox/retry';
import type { PaymentView } from '@/services/payments/view';
import { syncProcessorMoney } from '@/services/processor-money/sync';
import { runDue } from '@/services/reconciliation/run';
import { newKey, payWithCard, startTestApp, type TestApp, waitFor, waitForStatus } from './app';
import { launchBrowser } from './browser';
import type { TestDatabase } from './database';
import { passInboxTime } from './inbox-time';
import { ensureNextBuild } from './next-build';
import { DESK, type PageIds, type PageRow } from './pages';

/** The demo's two restaurants with something to see on every page. */
export interface FullHouse {
  app: TestApp;
  browser: Browser;
  ids: PageIds;
  /** A browser profile of its own; signed in as the demo's admin, or nobody. */
  open(as: PageRow['as']): Promise<BrowserContext>;
  stop(): Promise<void>;
}

const HOUR_MS = 3_600_000;
const { bella } = DEMO_PLACES;
const BASKETS: readonly Basket[] = [
  { margherita: 1, chianti: 1 },
  { cacio: 2, burrata: 1, chianti: 2 },
  { margherita: 2, tiramisu: 2, espresso: 2 },
  { burrata: 1, cacio: 1 },
  { espresso: 2, tiramisu: 1 },
];

/**
 * A server of its own with payments of each kind, a refund, a dispute, a split under way, a drawer, tips, a payout,
 * discrepancies and dead letters. The caller stops it, and drops a database that it gave.
 */
export async function openFullHouse(database?: TestDatabase): Promise<FullHouse> {
  await ensureNextBuild();
  const [app, browser] = await Promise.all([
    startTestApp({
      mount: 'next',
      env: { DEMO_SEED: 'true', LOG_LEVEL: 'warn' },
      ...(database && { database }),
    }),
    launchBrowser(),
  ]);
  const ids = await fill(app);
  return {
    app,
    browser,
    ids,
    async open(as) {
      const context = await browser.newContext({ viewport: DESK });
      if (as === 'nobody') return context;
      const email = DEMO_LOGINS.find(({ role }) => role === as)?.email;
      const answer = await context.request.post(`${app.url}/api/auth/sign-in/email`, {
        data: { email, password: DEMO_PASSWORD },
        headers: { origin: app.url },
      });
      if (!answer.ok()) throw new Error(`${email} cannot sign in: ${answer.status()}`);
      return context;
    },
    async stop() {
      await browser.close();
      // Not app.stop, for what is planted.
      await app.server.stop();
      if (!database) await app.database.drop({ unbalanced: 'breaks are planted for the pages to show' });
    },
  };
}

async function fill(app: TestApp): Promise<PageIds> {
  const { control } = app.simulator;
  const { deps } = app.server.app;
  const staff = await app.asStaff(bella.staff.userId);
  const admin = await app.asAdmin();
  const key = () => ({ idempotencyKey: newKey() });
  await staff.cash.drawer.open.mutate({ restaurantId: bella.id, floatMinor: 15_000, ...key() });

  const paid: PaymentView[] = [];
  for (let i = 0; i < 14; i++) paid.push(await payCard(app, i, 'pm_card_visa'));
  await payCard(app, 14, 'pm_card_chargeDeclined');
  const disputed = await payCard(app, 15, 'pm_card_createDispute');
  const [first, second, third] = paid;
  if (!first || !second || !third) throw new Error('nobody has paid');
  await staff.refunds.create.mutate({
    paymentId: second.id,
    amountMinor: 1300,
    reason: 'The chianti was corked',
    ...key(),
  });
  const cashOrder = await order(app, 16, { serverId: bella.staff.userId });
  await staff.cash.record.mutate({ orderId: cashOrder, tipMinor: 700, ...key() });
  await splitUnderWay(app);

  control.runScheduled();
  const { id: payoutId } = control.createPayout({ currency: 'usd', includePending: true });
  await control.waitForDeliveries();
  const disputeId = await waitFor('the dispute is here', async () => {
    const { items } = await staff.disputes.list.query({ paymentId: disputed.id });
    return items[0]?.id ?? null;
  });
  await waitFor('the payout is divided', async () => {
    await syncProcessorMoney(deps, { everySec: 0, overlapSec: 300 });
    const { items } = await admin.payouts.list.query({});
    return items.find((payout) => payout.id === payoutId && payout.shares.length > 0) ?? null;
  });
  // What met a lock is tried again, as the worker would after its pause.
  await passInboxTime(app.database.pool, HOUR_MS);
  await retryEvents(deps);
  const discrepancyId = await findDiscrepancies(app, third.id);
  await deadLetters(app);
  await spreadOverDays(app);
  await rebuildMetrics(deps);
  await watchAlerts(deps, app.env.alerts);
  const receipt = await admin.payments.receipt.query({ paymentId: first.id });
  return {
    paymentId: second.id,
    disputeId,
    discrepancyId,
    payoutId,
    receiptToken: new URL(receipt.url ?? '').pathname.split('/').at(-1) ?? '',
  };
}

async function order(app: TestApp, index: number, more: { serverId?: string } = {}): Promise<string> {
  const service = await app.asService();
  const [table] = bella.tables;
  const row = demoOrderRow({
    place: bella,
    orderNumber: String(1040 + index),
    tableId: table.id,
    tableSessionId: '',
    customerId: `customer-${index}`,
    basket: BASKETS[index % BASKETS.length] ?? {},
    placedAt: new Date(),
  });
  await service.platform.orders.sync.mutate({ orders: [{ ...row, ...more, tableSessionId: null }] });
  return row.id;
}

/** A bill of Bella Napoli, by card; one that is declined stays as it is. */
async function payCard(app: TestApp, index: number, card: string): Promise<PaymentView> {
  const customer = await app.asCustomer(`customer-${index}`);
  const payment = await customer.payments.create.mutate({
    orderId: await order(app, index, { serverId: index % 3 === 0 ? bella.owner.userId : bella.staff.userId }),
    tipMinor: 100 * (index % 7),
    idempotencyKey: newKey(),
  });
  await payWithCard(app, payment, card);
  if (card === 'pm_card_chargeDeclined') return payment;
  return waitForStatus(customer, payment.id, 'COMPLETED');
}

/** Marco, Anna and Luca divide Marco's bill; Marco has paid. */
async function splitUnderWay(app: TestApp): Promise<void> {
  const session = standingSessions().find(({ place }) => place.id === bella.id);
  const [marco] = session?.guests ?? [];
  if (!session || !marco) throw new Error('nobody sits at the table');
  const guest = app.asGuest(marco.guestSessionId);
  const orderId = `demo-order-standing-${bella.id}-${marco.name.toLowerCase()}`;
  const { rows } = await app.database.pool.query<{ totalMinor: number }>(
    'SELECT subtotal_amount + tax_amount AS "totalMinor" FROM orders WHERE id = $1',
    [orderId],
  );
  const totalMinor = rows[0]?.totalMinor ?? 0;
  const group = await guest.splits.create.mutate({
    orderId,
    parts: [
      { name: 'Marco', amountMinor: totalMinor - 2400 },
      { name: 'Anna', email: 'anna@example.com', amountMinor: 1200 },
      { name: 'Luca', amountMinor: 1200 },
    ],
    idempotencyKey: newKey(),
  });
  const mine = group.participants.find(({ name }) => name === 'Marco');
  if (!mine) throw new Error('Marco has no share');
  await payWithCard(app, mine.payment);
  await waitForStatus(guest, mine.payment.id, 'COMPLETED');
}

/** Plants another amount and a charge of nobody at the processor, and lets a run find them. @returns the first's id */
async function findDiscrepancies(app: TestApp, paymentId: string): Promise<string> {
  const { pool } = app.database;
  await pool.query(
    `INSERT INTO processor_transactions (id, type, reporting_category, source_id, gross_amount, fee_amount, net_amount, currency,
       available_on, occurred_at, payment_id, restaurant_id, posted_at)
     SELECT 'txn_planted_' || category, category, category, category || '_planted', minor, 0, minor, 'USD', now(),
       now() - interval '2 hours', p.id, p.restaurant_id, now()
     FROM (VALUES ('refund', -300, $1::uuid), ('charge', 4200, NULL)) planted (category, minor, payment)
       LEFT JOIN payments p ON p.id = planted.payment`,
    [paymentId],
  );
  const admin = await app.asAdmin();
  const day = (offset: number) => new Date(Date.now() + offset * 24 * HOUR_MS).toISOString().slice(0, 10);
  await admin.reconciliation.start.mutate({ fromDay: day(-2), toDay: day(1), idempotencyKey: newKey() });
  await runDue(app.server.app.deps);
  const { items } = await admin.reconciliation.discrepancies.list.query({ paymentId });
  const [found] = items;
  if (!found) throw new Error('the run has not found what was planted');
  return found.id;
}

async function deadLetters(app: TestApp): Promise<void> {
  await app.database.pool.query(
    `INSERT INTO webhook_events (event_id, type, object_id, event_created_at, state, attempts, last_error, received_at, finished_at)
     VALUES ('evt_full_house_1', 'charge.refunded', 'ch_1', now(), 'DEAD', 4, 'canceling statement due to lock timeout', now() - interval '5 hours', now() - interval '4 hours'),
       ('evt_full_house_2', 'payment_intent.succeeded', 'pi_1', now(), 'WAITING', 1, NULL, now() - interval '2 hours', NULL)`,
  );
}

/** Payments of one moment make dull charts: the newest stay newest, and all go back to lunches and dinners of the last days. */
async function spreadOverDays(app: TestApp): Promise<void> {
  const { rows } = await app.database.pool.query<{ id: string }>(
    'SELECT id FROM payments WHERE restaurant_id = $1 AND completed_at IS NOT NULL ORDER BY id DESC',
    [bella.id],
  );
  const midnight = new Date().setUTCHours(0, 0, 0, 0);
  for (const [index, { id }] of rows.entries()) {
    // In New York half past seven in the evening, then one at noon, of each day in turn.
    const hoursBack = 24 * Math.floor(index / 2) + (index % 2 === 0 ? -0.5 : 6) + (index % 3);
    const at = new Date(midnight - hoursBack * HOUR_MS);
    await app.database.pool.query(
      "UPDATE payments SET created_at = $2, completed_at = $2::timestamptz + interval '40 seconds', business_day = $3 WHERE id = $1",
      [id, at, businessDayOf(at, bella.timeZone, bella.closingHour)],
    );
  }
}
