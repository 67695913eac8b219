import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import {
  chargeEvent,
  intentEvent,
  nowSec,
  stripeEvent,
  stripeId,
  WEBHOOK_PATHS,
} from '../../support/webhook-sender';
import { hostileJson, hostileText } from './hostile';
import { each, HANG_MS, INPUTS_EACH, SEED, shown } from './run';
import { makeWorld, NO_LIMITS } from './world';

/** Objects that the processor sends, and some that it does not. */
const TYPES = [
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'payment_intent.canceled',
  'charge.succeeded',
  'charge.updated',
  'refund.created',
  'refund.failed',
  'charge.dispute.created',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.closed',
  'payout.paid',
  'payout.failed',
  'setup_intent.succeeded',
  'payment_method.detached',
  'customer.deleted',
  'unheard.of',
] as const;

let app: TestApp;
let intentIds: string[];
beforeAll(async () => {
  app = await startTestApp({ env: NO_LIMITS });
  const { known } = await makeWorld(app);
  const admin = await app.asAdmin();
  const views = await Promise.all(
    (known.paymentId ?? []).map((id) => admin.payments.get.query({ paymentId: String(id) })),
  );
  intentIds = views.flatMap(({ paymentIntentId }) => paymentIntentId ?? []);
});
afterAll(async () => {
  await assertBooksBalance(app.database.pool);
  await app.stop();
});

it.each(TYPES)('a signed %s with anything in it is taken, and the books stand', async (type) => {
  const bodies = fc.sample(bodiesOf(type), { numRuns: INPUTS_EACH, seed: SEED });
  const problems: string[] = [];
  await each(bodies, async (body) => {
    const { status, text } = await send(body).catch((error: unknown) => ({ status: 0, text: String(error) }));
    if (status !== 200) problems.push(`${shown(body)} -> ${status} ${text}`);
  });
  expect(problems).toEqual([]);
});

it('bytes that are no event are the sender’s fault, signed or not', async () => {
  const anything = fc.oneof(
    hostileText,
    fc.constantFrom('[]', '{}', 'null', '"x"', '{"object":"event"}', '{"id":1}'),
  );
  const problems: string[] = [];
  await each(fc.sample(anything, { numRuns: INPUTS_EACH, seed: SEED }), async (body) => {
    const signed = await send(body);
    const unsigned = await send(body, 't=1,v1=00');
    if (signed.status !== 400 || unsigned.status !== 400)
      problems.push(`${shown(body)} -> ${signed.status} ${unsigned.status} ${signed.text}`);
  });
  expect(problems).toEqual([]);
});

/** A real event of the type with parts of its object replaced, left out or added; some of the event itself too. */
function bodiesOf(type: string): fc.Arbitrary<string> {
  return fc
    .record({
      intentId: fc.constantFrom(...intentIds, stripeId('pi')),
      parts: fc.dictionary(fc.constantFrom(...PARTS), hostileJson, { maxKeys: 3 }),
      without: fc.subarray([...PARTS], { maxLength: 2 }),
      created: fc.constantFrom(nowSec(), 0, 1, 4_102_444_800, 2 ** 40),
    })
    .map(({ intentId, parts, without, created }) => {
      const event = exampleOf(type, intentId);
      const object = { ...event.data.object, ...parts };
      for (const name of without) delete (object as Record<string, unknown>)[name];
      return JSON.stringify({ ...event, created, data: { ...event.data, object } });
    });
}

const PARTS = [
  'id',
  'object',
  'amount',
  'amount_received',
  'currency',
  'status',
  'created',
  'latest_charge',
  'metadata',
  'last_payment_error',
  'payment_intent',
  'payment_method_details',
  'charge',
  'reason',
  'balance_transactions',
  'evidence_details',
  'arrival_date',
  'failure_code',
  'customer',
] as const;

function exampleOf(type: string, intentId: string) {
  const [family = '', what = ''] = type.split(/\.(.*)/);
  if (family === 'payment_intent') return intentEvent(what, { id: intentId, amountMinor: 2_700 });
  if (family === 'charge' && !what.startsWith('dispute'))
    return chargeEvent(what, { id: stripeId('ch'), intentId, amountMinor: 2_700 });
  return stripeEvent(type, {
    id: stripeId('obj'),
    object: family === 'charge' ? 'dispute' : family,
    amount: 100,
    currency: 'usd',
    status: 'succeeded',
    payment_intent: intentId,
    charge: stripeId('ch'),
    created: nowSec(),
    metadata: {},
  });
}

async function send(body: string, signature?: string): Promise<{ status: number; text: string }> {
  // Half a surrogate pair has no bytes: what is signed is what is sent.
  const bytes = Buffer.from(body);
  const [secret = ''] = app.env.stripe.webhookSecrets;
  const time = nowSec();
  const own = createHmac('sha256', secret).update(`${time}.`).update(bytes).digest('hex');
  const response = await fetch(`${app.url}${WEBHOOK_PATHS[0]}`, {
    method: 'POST',
    headers: { 'stripe-signature': signature ?? `t=${time},v1=${own}` },
    body: bytes,
    signal: AbortSignal.timeout(HANG_MS),
  });
  return { status: response.status, text: await response.text() };
}
