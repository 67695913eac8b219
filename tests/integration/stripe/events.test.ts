import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createEventReader } from '@/stripe/events';
import { creation, type Rig, startInbox, startRig } from './support';

const SECRET = 'whsec_adapter';
const reader = createEventReader({ secrets: ['whsec_previous', SECRET], toleranceSec: 300 });

let rig: Rig;
let inbox: Awaited<ReturnType<typeof startInbox>>;
beforeAll(async () => {
  [rig, inbox] = await Promise.all([startRig(), startInbox()]);
});
beforeEach(() => {
  rig.simulator.control.reset();
  rig.simulator.addWebhookEndpoint({ url: inbox.url, secret: SECRET });
  inbox.deliveries.length = 0;
});
afterAll(() => Promise.all([rig.close(), inbox.close()]));

async function payWith(card: string): Promise<string> {
  const outcome = await rig.processor.createIntent(creation('p1'), 'payment:p1:create:1');
  if (outcome.kind !== 'ok') throw new Error(outcome.kind);
  await rig.client.sdk.paymentIntents.confirm(outcome.value.id, { payment_method: card }).catch(() => {});
  return outcome.value.id;
}

function readAll() {
  return inbox.deliveries.map(({ body, signature }) => {
    const result = reader.verify(body, signature, new Date());
    if (!result.ok) throw new Error(result.reason);
    expect(result.event.payload).toBe(body);
    expect(reader.parse(body)).toEqual(result.event);
    return result.event;
  });
}

it('every event of a payment, its refund, dispute and payout verifies and is read', async () => {
  const intentId = await payWith('pm_card_visa');
  rig.simulator.control.settle();
  rig.simulator.control.createPayout({ currency: 'usd', includePending: true });
  rig.simulator.control.dashboardRefund({ paymentIntent: intentId, amount: 250 });
  rig.simulator.control.createDispute({ paymentIntent: intentId });
  rig.simulator.control.runScheduled();
  await rig.simulator.control.waitForDeliveries();

  const events = readAll();
  const kinds = new Map(events.map((event) => [event.type, event.subject.kind]));
  expect(kinds.get('payment_intent.created')).toBe('intent');
  expect(kinds.get('payment_intent.succeeded')).toBe('intent');
  expect(kinds.get('charge.succeeded')).toBe('charge');
  expect(kinds.get('refund.created')).toBe('refund');
  expect(kinds.get('charge.dispute.created')).toBe('dispute');
  expect(kinds.get('payout.paid')).toBe('payout');

  const succeeded = events.find((event) => event.type === 'payment_intent.succeeded');
  expect(succeeded).toMatchObject({
    objectId: intentId,
    subject: {
      intent: { id: intentId, status: 'succeeded', receivedMinor: 1_250, metadata: { paymentId: 'p1' } },
    },
  });
});

it('a declined card arrives with the reason in our words', async () => {
  await payWith('pm_card_chargeDeclinedExpiredCard');
  await rig.simulator.control.waitForDeliveries();
  const failed = readAll().find((event) => event.type === 'payment_intent.payment_failed');
  expect(failed?.subject).toMatchObject({
    kind: 'intent',
    intent: { status: 'requires_payment_method', lastError: { code: 'expired_card' } },
  });
});

it.each([
  ['bad_signature', 'mismatch'],
  ['stale_timestamp', 'stale'],
] as const)('a delivery with %s is refused as %s', async (kind, reason) => {
  rig.simulator.control.addWebhookFault({ kind });
  await payWith('pm_card_visa');
  await rig.simulator.control.waitForDeliveries();
  expect(inbox.deliveries.length).toBeGreaterThan(0);
  for (const { body, signature } of inbox.deliveries) {
    expect(reader.verify(body, signature, new Date())).toEqual({ ok: false, reason });
  }
});
