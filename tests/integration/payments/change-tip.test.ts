import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type Client,
  newKey,
  payWithCard,
  refusalOf,
  startTestApp,
  type TestApp,
  waitFor,
  waitForStatus,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { intentsOf, pay, rows, setScene } from './support';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '1000', STRIPE_TIMEOUT_MS: '600' } });
});
afterEach(async () => {
  app.simulator.control.clearFaults();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

const changeTip = (client: Client, paymentId: string, tipMinor: number, idempotencyKey = newKey()) =>
  client.payments.changeTip.mutate({ paymentId, tipMinor, idempotencyKey });

/** As if the call that noted the change had begun longer ago than any call can last. */
const ageChange = (paymentId: string) =>
  rows(app, `UPDATE payments SET change_started_at = now() - interval '1 minute' WHERE id = $1`, [paymentId]);

test('the amount at the processor follows the tip and the client secret stays: none, 5, 10, 5, none', async () => {
  const { guest, orderId } = await setScene(app, { tipMinor: 300 });
  const payment = await pay(guest, orderId);
  for (const tipMinor of [500, 1000, 500, 0]) {
    const changed = await changeTip(guest, payment.id, tipMinor);
    expect(changed).toMatchObject({
      id: payment.id,
      clientSecret: payment.clientSecret,
      tipMinor: 300 + tipMinor,
      totalMinor: 3000 + tipMinor,
    });
    expect(intentsOf(app, payment.id)).toMatchObject([{ amount: 3000 + tipMinor }]);
  }
  await changeTip(guest, payment.id, 700);
  await payWithCard(app, payment);
  expect(await waitForStatus(guest, payment.id, 'COMPLETED')).toMatchObject({
    tipMinor: 1000,
    totalMinor: 3700,
  });
  const tips = await rows(
    app,
    `SELECT p.amount FROM ledger_postings p JOIN ledger_transactions t ON t.id = p.transaction_id
    WHERE t.payment_id = $1 AND account = 'TIPS_PAYABLE'`,
    [payment.id],
  );
  expect(tips).toEqual([{ amount: -1000 }]);
});

test('the same tip asks the processor nothing; the same key changes once, also after a later change', async () => {
  const { guest, orderId } = await setScene(app);
  const payment = await pay(guest, orderId, { tipMinor: 500 });
  const updates = () =>
    app.simulator.control
      .requests()
      .filter((r) => r.method === 'POST' && r.path.endsWith(`/${payment.paymentIntentId}`));
  await changeTip(guest, payment.id, 500);
  expect(updates()).toHaveLength(0);
  const idempotencyKey = newKey();
  await changeTip(guest, payment.id, 900, idempotencyKey);
  await changeTip(guest, payment.id, 900, idempotencyKey);
  expect(updates()).toHaveLength(1);
  await changeTip(guest, payment.id, 200);
  expect((await changeTip(guest, payment.id, 900, idempotencyKey)).tipMinor).toBe(200);
  expect(updates()).toHaveLength(2);
  expect(await refusalOf(changeTip(guest, payment.id, 901, idempotencyKey))).toMatchObject({
    appCode: 'IDEMPOTENCY_KEY_REUSED',
  });
});

test('a tip beyond the limits is refused and changes nothing', async () => {
  const { guest, orderId } = await setScene(app);
  const payment = await pay(guest, orderId);
  expect(await refusalOf(changeTip(guest, payment.id, 47_301))).toMatchObject({
    appCode: 'AMOUNT_ABOVE_MAXIMUM',
  });
  expect(await refusalOf(changeTip(guest, payment.id, -1))).toMatchObject({ appCode: 'INVALID_INPUT' });
  expect(intentsOf(app, payment.id)).toMatchObject([{ amount: 2700 }]);

  const tiny = await setScene(app, { subtotalMinor: 40, taxMinor: 0 });
  const small = await pay(tiny.guest, tiny.orderId, { tipMinor: 10 });
  expect(await refusalOf(changeTip(tiny.guest, small.id, 9))).toMatchObject({
    appCode: 'AMOUNT_BELOW_MINIMUM',
  });

  const dinar = await setScene(app, { subtotalMinor: 5000, taxMinor: 0 }, { currency: 'KWD' });
  const kwd = await pay(dinar.guest, dinar.orderId);
  expect(await refusalOf(changeTip(dinar.guest, kwd.id, 7))).toMatchObject({
    appCode: 'AMOUNT_NOT_CHARGEABLE',
  });
});

test('after a decline the tip can be changed; on its way and after its end it cannot', async () => {
  const { guest, orderId } = await setScene(app);
  const payment = await pay(guest, orderId);
  await payWithCard(app, payment, 'pm_card_chargeDeclined');
  await waitForStatus(guest, payment.id, 'FAILED');
  expect((await changeTip(guest, payment.id, 100)).totalMinor).toBe(2800);
  await payWithCard(app, payment, 'pm_card_processing');
  await waitForStatus(guest, payment.id, 'PROCESSING');
  expect(await refusalOf(changeTip(guest, payment.id, 200))).toMatchObject({
    code: 'CONFLICT',
    appCode: 'ILLEGAL_TRANSITION',
  });
  app.simulator.control.finishProcessing({
    paymentIntent: payment.paymentIntentId ?? '',
    outcome: 'succeed',
  });
  await waitForStatus(guest, payment.id, 'COMPLETED');
  expect(await refusalOf(changeTip(guest, payment.id, 200))).toMatchObject({ appCode: 'ILLEGAL_TRANSITION' });
});

test('a payment that was paid without our knowing is refused, and is COMPLETED with what was paid', async () => {
  const { guest, orderId } = await setScene(app);
  const payment = await pay(guest, orderId, { tipMinor: 100 });
  app.simulator.control.holdWebhooks();
  await payWithCard(app, payment);
  expect(await refusalOf(changeTip(guest, payment.id, 500))).toMatchObject({ appCode: 'ILLEGAL_TRANSITION' });
  const page = await guest.payments.list.query({ orderId });
  expect(page.items).toMatchObject([{ status: 'COMPLETED', tipMinor: 100, totalMinor: 2800 }]);
  app.simulator.control.releaseWebhooks();
});

test('who may: the payer and staff; not a table mate, a stranger, or nobody', async () => {
  const scene = await setScene(app);
  const stranger = await setScene(app);
  const payment = await pay(scene.guest, scene.orderId);
  expect(await refusalOf(changeTip(scene.mate, payment.id, 1))).toMatchObject({ appCode: 'FORBIDDEN' });
  expect(await refusalOf(changeTip(stranger.guest, payment.id, 1))).toMatchObject({ code: 'NOT_FOUND' });
  expect(await refusalOf(changeTip(stranger.staff, payment.id, 1))).toMatchObject({ code: 'NOT_FOUND' });
  expect(await refusalOf(changeTip(app.anonymous(), payment.id, 1))).toMatchObject({
    appCode: 'UNAUTHENTICATED',
  });
  expect((await changeTip(scene.staff, payment.id, 50)).tipMinor).toBe(50);
  const history = await scene.staff.payments.history.query({ paymentId: payment.id });
  expect(history.slice(-2)).toMatchObject([
    {
      action: 'tip_change_requested',
      actor: `user:${scene.at.staffId}`,
      details: { fromMinor: 0, toMinor: 50 },
    },
    { action: 'tip_changed' },
  ]);
});

describe('when the processor', () => {
  test('refuses to be asked, the tip stays, and a repeat with the same key changes it', async () => {
    const { guest, orderId } = await setScene(app);
    const payment = await pay(guest, orderId);
    app.simulator.control.addFault({ kind: 'rate_limit', times: 1, pathPattern: '/v1/payment_intents/*' });
    const key = newKey();
    expect(await refusalOf(changeTip(guest, payment.id, 500, key))).toMatchObject({
      appCode: 'PROCESSOR_UNAVAILABLE',
    });
    expect((await changeTip(guest, payment.id, 500, key)).tipMinor).toBe(500);
    expect(intentsOf(app, payment.id)).toMatchObject([{ amount: 3200 }]);
  });

  test.each([
    ['hang', 2700],
    ['hang_after_execution', 3200],
    ['server_error', 2700],
  ] as const)(
    'answers with %s, the payment settles with the amount that the card then pays',
    async (kind, paidMinor) => {
      const { guest, orderId } = await setScene(app);
      const payment = await pay(guest, orderId);
      app.simulator.control.addFault({
        kind,
        times: 1,
        method: 'POST',
        pathPattern: '/v1/payment_intents/*',
      });
      expect(await refusalOf(changeTip(guest, payment.id, 500))).toMatchObject({
        appCode: 'PROCESSOR_OUTCOME_UNKNOWN',
      });
      await payWithCard(app, payment);
      expect(await waitForStatus(guest, payment.id, 'COMPLETED')).toMatchObject({
        totalMinor: paidMinor,
        tipMinor: paidMinor - 2700,
      });
      expect(await rows(app, 'SELECT 1 FROM discrepancies WHERE payment_id = $1', [payment.id])).toEqual([]);
    },
  );

  test.each(['hang', 'hang_after_execution', 'server_error'] as const)(
    'answers with %s, a repeat with the same key waits its turn and then changes the tip',
    async (kind) => {
      const { guest, orderId } = await setScene(app);
      const payment = await pay(guest, orderId);
      app.simulator.control.addFault({
        kind,
        times: 1,
        method: 'POST',
        pathPattern: '/v1/payment_intents/*',
      });
      const key = newKey();
      await refusalOf(changeTip(guest, payment.id, 500, key));
      expect(await refusalOf(changeTip(guest, payment.id, 500, key))).toMatchObject({
        appCode: 'CREATION_IN_PROGRESS',
      });
      await ageChange(payment.id);
      expect(await changeTip(guest, payment.id, 500, key)).toMatchObject({ tipMinor: 500, totalMinor: 3200 });
      expect(intentsOf(app, payment.id)).toMatchObject([{ amount: 3200 }]);
    },
  );
});

test('a reader who asks while the change is on its way does not undo it', async () => {
  const { guest, orderId } = await setScene(app);
  const payment = await pay(guest, orderId);
  app.simulator.control.addFault({
    kind: 'delay',
    delayMs: 400,
    times: 1,
    method: 'POST',
    pathPattern: '/v1/payment_intents/*',
  });
  const changing = changeTip(guest, payment.id, 500);
  await waitFor('the change is noted', async () => {
    const [row] = await rows<{ pending: number | null }>(
      app,
      'SELECT pending_tip_amount AS pending FROM payments WHERE id = $1',
      [payment.id],
    );
    return row?.pending === 500;
  });
  expect((await guest.payments.get.query({ paymentId: payment.id })).tipMinor).toBe(0);
  expect((await changing).tipMinor).toBe(500);
  await payWithCard(app, payment);
  expect((await waitForStatus(guest, payment.id, 'COMPLETED')).totalMinor).toBe(3200);
});

test('of changes at once one goes through, the others are told to wait, and payment and processor agree', async () => {
  const { guest, orderId } = await setScene(app);
  const payment = await pay(guest, orderId);
  const tips = [100, 200, 300, 400, 500, 600];
  const ends = await Promise.allSettled(tips.map((tip) => changeTip(guest, payment.id, tip)));
  expect(ends.filter((end) => end.status === 'fulfilled').length).toBeGreaterThan(0);
  for (const end of ends) {
    if (end.status === 'rejected') expect(end.reason.data.appCode).toBe('CREATION_IN_PROGRESS');
  }
  const now = await guest.payments.get.query({ paymentId: payment.id });
  expect(tips).toContain(now.tipMinor);
  expect(intentsOf(app, payment.id)).toMatchObject([{ amount: now.totalMinor }]);
});
