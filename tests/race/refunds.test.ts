import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import type { PaymentView } from '@/services/payments/view';
import { pay, rows, type Scene, setScene } from '../integration/payments/support';
import {
  newKey,
  payWithCard,
  refusalOf,
  seedOrder,
  startTestApp,
  type TestApp,
  waitFor,
  waitForStatus,
} from '../support/app';
import { inLanes } from '../support/in-lanes';
import { insist } from '../support/insist';
import { assertBooksBalance } from '../support/invariants';
import { webhooksApplied } from '../support/webhooks-applied';

/** Races in all: 1,000 in `npm run test:long`, half of them by card, half in cash. */
const ROUNDS = inject('testSize') === 'full' ? 500 : 6;
const RACERS = 16;
/** Races at a time, each about a payment of its own. */
const LANES = 4;
/** 500 races of sixteen calls each on a busy machine. */
const FULL_TIMEOUT_MS = 1_800_000;

/** So many of the racers share one key, as double clicks do. */
const DOUBLE_CLICKS = RACERS / 4;
const KEYS = RACERS - DOUBLE_CLICKS + 1;
/** Of 27.00 or 30.00 in all: mostly one to three fit, so that the last cent is what they race for; once they nearly all do. */
const AMOUNTS = [1600, 1300, 950, 700, 1500, 2700, 1100, 1351, 200, 901];

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '10000', LOG_LEVEL: 'error' } });
});
afterEach(async () => {
  app.simulator.control.clearFaults();
  await app.simulator.control.waitForDeliveries({ timeoutMs: 120_000 });
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

let scene: Scene;
beforeAll(async () => {
  scene = await setScene(app);
});

/** 27.00 and a tip, captured, on an order of its own. */
async function captured(method: 'CARD' | 'CASH', tipMinor: number): Promise<PaymentView> {
  const { guest, staff, service, at, session } = scene;
  const orderId = await seedOrder(service, at, { session });
  if (method === 'CASH') return staff.cash.record.mutate({ orderId, tipMinor, idempotencyKey: newKey() });
  const idempotencyKey = newKey();
  const payment = await insist(() => pay(guest, orderId, { tipMinor, idempotencyKey }));
  await payWithCard(app, payment);
  return waitForStatus(guest, payment.id, 'COMPLETED');
}

test.each(['CARD', 'CASH'] as const)(
  'sixteen refunds of a %s payment at once never give back more than was captured',
  async (method) => {
    const { staff } = scene;
    const givenByIntent = new Map<string | null, number>();
    await inLanes(ROUNDS, LANES, async (round) => {
      const payment = await captured(method, round % 3 === 0 ? 300 : 0);
      const amountMinor = AMOUNTS[round % AMOUNTS.length] ?? 0;
      const sharedKey = newKey();
      const ends = await Promise.allSettled(
        Array.from({ length: RACERS }, (_, racer) =>
          staff.refunds.create.mutate({
            paymentId: payment.id,
            amountMinor,
            reason: 'Race',
            reduceBill: round % 2 === 0,
            idempotencyKey: racer < DOUBLE_CLICKS ? sharedKey : newKey(),
          }),
        ),
      );
      const given = await waitFor('no refund is under way', async () => {
        const made = await rows<{ id: string; amount: number; status: string }>(
          app,
          'SELECT id, refund_amount AS amount, status FROM payment_refunds WHERE payment_id = $1',
          [payment.id],
        );
        return made.every((r) => r.status !== 'PROCESSING') && made;
      });
      const sumMinor = given.reduce((sum, r) => sum + r.amount, 0);
      const fitting = Math.min(KEYS, Math.floor(payment.totalMinor / amountMinor));
      expect(sumMinor).toBe(fitting * amountMinor);
      expect(given.every((r) => r.status === 'COMPLETED')).toBe(true);
      expect(sumMinor).toBeLessThanOrEqual(payment.totalMinor);
      const answered = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value.id] : []));
      expect(new Set(answered)).toEqual(new Set(given.map((r) => r.id)));
      const after = await staff.payments.get.query({ paymentId: payment.id });
      expect(after.refundedMinor).toBe(sumMinor);
      givenByIntent.set(payment.paymentIntentId, sumMinor);
    });
    if (method === 'CASH') return;
    const atStripe = new Map<unknown, number>();
    for (const { payment_intent: intent, amount } of app.simulator.control.state().refunds)
      atStripe.set(intent, (atStripe.get(intent) ?? 0) + amount);
    expect(atStripe).toEqual(givenByIntent);
  },
  FULL_TIMEOUT_MS,
);

test(
  'our refund and one at Stripe’s dashboard at once: together never more than was captured',
  async () => {
    for (let round = 0; round < Math.max(3, ROUNDS / 10); round++) {
      const { staff } = scene;
      const payment = await captured('CARD', 0);
      const wanted = { paymentId: payment.id, amountMinor: 1600, reason: 'Race', idempotencyKey: newKey() };
      await Promise.allSettled([
        staff.refunds.create.mutate(wanted),
        (async () =>
          app.simulator.control.dashboardRefund({
            paymentIntent: payment.paymentIntentId ?? '',
            amount: 1600,
          }))(),
      ]);
      await webhooksApplied(app);
      expect((await staff.payments.get.query({ paymentId: payment.id })).refundedMinor).toBe(1600);
      const again = staff.refunds.create.mutate({ ...wanted, idempotencyKey: newKey() });
      expect(await refusalOf(again)).toMatchObject({ appCode: 'REFUND_EXCEEDS_REMAINING' });
    }
  },
  FULL_TIMEOUT_MS,
);
