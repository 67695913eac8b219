import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { syncProcessorMoney } from '@/services/processor-money/sync';
import { audit } from '../../chaos/auditor/audit';
import { newKey } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { openPayment, paidPayment, type RecoveryStage, refund, startStage } from '../recovery/support';
import { balances, rowsOf, settle, sync } from './support';

let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage();
});
beforeEach(() => {
  stage.app.simulator.control.configure({ settleDelayMs: null });
});
afterEach(async () => {
  stage.app.simulator.control.clearFaults();
  stage.app.simulator.control.clearWebhookFaults();
  stage.clock.reset();
  await assertBooksBalance(stage.app.database.pool);
});
afterAll(async () => {
  await settle(stage);
  await sync(stage);
  // What tests here did on purpose: a stranger's payment with its refund, and a dropped event.
  const onPurpose = /belongs to no payment|of 1000 is not in the database|charge\.updated|refund\.created/;
  const breaches = await audit(stage.app.simulator.control.state(), stage.app.database.pool);
  expect(breaches.filter((text) => !onPurpose.test(text))).toEqual([]);
  await stage.stop();
});

const CURSOR = 'balance-transactions';
const listed = () => stage.app.simulator.control.requestCounts()['GET /v1/balance_transactions'] ?? 0;
const feeOf = async (paymentId: string) =>
  (
    await rowsOf<{ fee: number | null; net: number | null }>(
      stage,
      'SELECT fee_amount AS fee, net_amount AS net FROM payments WHERE id = $1',
      [paymentId],
    )
  )[0];

test('the late balance transaction of a charge brings its fee: to the payment, and to the ledger once', async () => {
  const payment = await paidPayment(stage);
  await sync(stage);
  expect(await feeOf(payment.id)).toEqual({ fee: null, net: null });
  await settle(stage);
  const before = listed();
  await sync(stage);
  // 2.9 % of 27.00 and 30 cents.
  expect(await feeOf(payment.id)).toEqual({ fee: 108, net: 2592 });
  expect(listed() - before).toBe(1);
  for (let again = 0; again < 3; again++) await sync(stage);
  const admin = await stage.app.asAdmin();
  const ledger = await admin.ledger.payment.query({ paymentId: payment.id });
  expect(ledger).toMatchObject({ agrees: true, explained: { status: 'COMPLETED', processorFeeMinor: 108 } });
  expect(ledger.entries.filter(({ factKey }) => factKey.startsWith('fee:'))).toHaveLength(1);
});

test('an event that names a transaction makes the next run ask at once; without one it asks when it is time', async () => {
  const run = () => syncProcessorMoney(stage.deps, { everySec: 3_600, overlapSec: 300 });
  await settle(stage);
  await run();
  const before = listed();
  await run();
  expect(listed()).toBe(before);
  const payment = await paidPayment(stage);
  await settle(stage);
  await run();
  expect(await feeOf(payment.id)).toEqual({ fee: 108, net: 2592 });
  const after = listed();
  await run();
  expect(listed()).toBe(after);
});

test('many payments cost one request for a hundred of their transactions', async () => {
  const payments = await Promise.all(Array.from({ length: 8 }, () => paidPayment(stage)));
  await settle(stage);
  const before = listed();
  await sync(stage);
  expect(listed() - before).toBe(1);
  for (const { id } of payments) expect(await feeOf(id)).toEqual({ fee: 108, net: 2592 });
});

test('a charge whose event never came is found by the sync all the same', async () => {
  stage.app.simulator.control.addWebhookFault({ kind: 'drop', typePattern: 'charge.updated' });
  const payment = await paidPayment(stage);
  await settle(stage);
  await sync(stage);
  expect(await feeOf(payment.id)).toEqual({ fee: 108, net: 2592 });
});

test('a transaction that an event names and no list has is fetched by itself; an unknown one is let go', async () => {
  const payment = await paidPayment(stage);
  await settle(stage);
  const txn = stage.app.simulator.control
    .state()
    .charges.find(({ payment_intent: intent }) => intent === payment.intentId)?.balance_transaction;
  const { pool } = stage.app.database;
  // As if it were older than everything that the sync still reads.
  const nothing = { kind: 'ok' as const, value: { transactions: [], nextId: null } };
  const processor = { ...stage.deps.processor, listTransactions: async () => nothing };
  await pool.query(`INSERT INTO awaited_transactions (id) VALUES ('txn_of_nobody')`);
  await sync({ deps: { ...stage.deps, processor } });
  expect(await feeOf(payment.id)).toEqual({ fee: 108, net: 2592 });
  expect(typeof txn).toBe('string');
  expect(await rowsOf(stage, 'SELECT id FROM awaited_transactions')).toEqual([]);
});

test('a clock that was ahead for one run, or a position in the future, hides no transaction', async () => {
  const position = async () =>
    Number(
      (
        await rowsOf<{ position: string }>(stage, `SELECT position FROM processor_cursors WHERE name = $1`, [
          CURSOR,
        ])
      )[0]?.position,
    );
  const spoilt = {
    clock: () => stage.clock.move(86_400_000),
    position: () =>
      stage.app.database.pool.query(
        `UPDATE processor_cursors SET position = position::bigint + 86400 WHERE name = $1`,
        [CURSOR],
      ),
  };
  stage.app.simulator.control.addWebhookFault({ kind: 'drop', typePattern: 'charge.updated' });
  for (const spoil of Object.values(spoilt)) {
    await sync(stage);
    await spoil();
    await sync(stage);
    stage.clock.reset();
    expect(await position()).toBeLessThan(Date.now() / 1000 + 60);
    const payment = await paidPayment(stage);
    await settle(stage);
    await sync(stage);
    expect(await feeOf(payment.id)).toEqual({ fee: 108, net: 2592 });
  }
});

test.each(['reset', 'hang', 'server_error', 'rate_limit'] as const)(
  'the sync goes on where an outage (%s) stopped it, page by page, and nothing is lost or doubled',
  async (kind) => {
    const { control } = stage.app.simulator;
    const payments = await Promise.all(Array.from({ length: 3 }, () => paidPayment(stage)));
    await settle(stage);
    control.addFault({ method: 'GET', pathPattern: '/v1/balance_transactions', kind, times: 2 });
    await sync(stage);
    control.clearFaults();
    await sync(stage);
    for (const { id } of payments) expect(await feeOf(id)).toEqual({ fee: 108, net: 2592 });
    const doubled = await rowsOf(
      stage,
      `SELECT payment_id FROM ledger_transactions WHERE fact_key LIKE 'fee:%' GROUP BY 1 HAVING count(*) > 1`,
    );
    expect(doubled).toEqual([]);
  },
);

test('the sync reads pages from its bookmark after a stop between two of them', async () => {
  const seen: string[] = [];
  const stopping = new AbortController();
  const payments = await Promise.all([paidPayment(stage), paidPayment(stage), paidPayment(stage)]);
  await settle(stage);
  /** The processor with pages of one transaction. */
  const processor = {
    ...stage.deps.processor,
    listTransactions: async (
      ...[which, afterId]: Parameters<typeof stage.deps.processor.listTransactions>
    ) => {
      // A second sync in a later second reads a window of its own, from its beginning.
      seen.push(`${'fromSec' in which ? which.fromSec : which.payoutId} ${afterId}`);
      const page = await stage.deps.processor.listTransactions(which, afterId);
      if (page.kind !== 'ok') return page;
      const [first, ...rest] = page.value.transactions;
      if (seen.length === 2) stopping.abort();
      return {
        kind: 'ok' as const,
        value: {
          transactions: first ? [first] : [],
          nextId: first && (rest.length > 0 || page.value.nextId !== null) ? first.id : null,
        },
      };
    },
  };
  const paged = { deps: { ...stage.deps, processor } };
  await sync(paged, stopping.signal);
  expect(seen).toHaveLength(2);
  await sync(paged);
  expect(seen[2]).not.toMatch(/ null$/);
  expect(new Set(seen).size).toBe(seen.length);
  for (const { id } of payments) expect(await feeOf(id)).toEqual({ fee: 108, net: 2592 });
});

test('two nodes that sync at the same time post every fee once', async () => {
  const payments = await Promise.all(Array.from({ length: 4 }, () => paidPayment(stage)));
  await settle(stage);
  await Promise.all([sync(stage), sync(stage), sync(stage)]);
  await sync(stage);
  for (const { id } of payments) expect(await feeOf(id)).toEqual({ fee: 108, net: 2592 });
});

test('a transaction waits for its payment, and what belongs to nobody here stands in the platform’s own books', async () => {
  const { app, deps } = stage;
  const before = await balances(stage, null);
  const made = await deps.processor.createIntent(
    {
      amountMinor: 1000,
      currency: 'USD',
      metadata: {},
      customerId: null,
      saveCard: false,
      statementSuffix: null,
    },
    newKey(),
  );
  if (made.kind !== 'ok') throw new Error('no intent');
  await fetch(`${app.simulator.url}/v1/payment_intents/${made.value.id}/confirm`, {
    method: 'POST',
    headers: { authorization: `Bearer ${app.env.stripe.publishableKey}` },
    body: new URLSearchParams({
      client_secret: made.value.clientSecret ?? '',
      payment_method: 'pm_card_visa',
    }),
  });
  const ours = await openPayment(stage);
  await settle(stage);
  await sync(stage);
  const after = await balances(stage, null);
  expect((after.UNMATCHED_RECEIPTS ?? 0) - (before.UNMATCHED_RECEIPTS ?? 0)).toBe(-1000);
  expect((after.PROCESSOR_FEES ?? 0) - (before.PROCESSOR_FEES ?? 0)).toBe(59);
  expect((after.PROCESSOR_CLEARING ?? 0) - (before.PROCESSOR_CLEARING ?? 0)).toBe(941);
  expect(ours.status).toBe('PENDING');
  // Let the audit of the whole file see only what is ours.
  app.simulator.control.dashboardRefund({ paymentIntent: made.value.id });
  await settle(stage);
  await sync(stage);
  expect((await balances(stage, null)).UNMATCHED_RECEIPTS ?? 0).toBe(before.UNMATCHED_RECEIPTS ?? 0);
});

test('a refund, its late failure and their movements leave the books at the processor’s own balance', async () => {
  const payment = await paidPayment(stage);
  await settle(stage);
  const given = await refund(stage, { paymentId: payment.id, amountMinor: 700 });
  await settle(stage);
  await sync(stage);
  expect(given.refundMinor).toBe(700);
  const { control } = stage.app.simulator;
  const atStripe = control.state().refunds.find(({ payment_intent: intent }) => intent === payment.intentId);
  control.failRefund({ refund: atStripe?.id ?? '' });
  await settle(stage);
  await sync(stage);
  const ledger = await (await stage.app.asAdmin()).ledger.payment.query({ paymentId: payment.id });
  expect(ledger).toMatchObject({ agrees: true, explained: { status: 'COMPLETED', refundedMinor: 0 } });
  const kept = await rowsOf<{ category: string }>(
    stage,
    'SELECT reporting_category AS category FROM processor_transactions WHERE payment_id = $1 ORDER BY occurred_at, 1',
    [payment.id],
  );
  expect(kept.map(({ category }) => category).sort()).toEqual(['charge', 'refund', 'refund_failure']);
});
