import type { FaultKind, FaultRule } from '@/stripe/simulator/http/faults';
import type { WebhookFaultRule } from '@/stripe/simulator/webhooks/faults';
import type { SimulatorProcess } from './processes';

/** Every operation that the service asks of Stripe. Confirmations come from browsers, but for those with a saved card. */
const OPERATIONS = [
  { method: 'POST', pathPattern: '/v1/payment_intents' },
  { method: 'POST', pathPattern: '/v1/payment_intents/*' },
  { method: 'POST', pathPattern: '/v1/payment_intents/*/cancel' },
  { method: 'POST', pathPattern: '/v1/payment_intents/*/confirm', bodyExcludes: 'client_secret=' },
  { method: 'POST', pathPattern: '/v1/refunds' },
  { method: 'POST', pathPattern: '/v1/customers' },
  { method: 'POST', pathPattern: '/v1/setup_intents' },
  { method: 'POST', pathPattern: '/v1/payment_methods/*/detach' },
  { method: 'POST', pathPattern: '/v1/disputes/*' },
  { method: 'GET', pathPattern: '/v1/payment_intents' },
  { method: 'GET', pathPattern: '/v1/payment_intents/*' },
  { method: 'GET', pathPattern: '/v1/refunds' },
  { method: 'GET', pathPattern: '/v1/charges/*' },
  { method: 'GET', pathPattern: '/v1/disputes/*' },
  { method: 'GET', pathPattern: '/v1/balance_transactions' },
  { method: 'GET', pathPattern: '/v1/balance_transactions/*' },
  { method: 'GET', pathPattern: '/v1/payouts' },
  { method: 'GET', pathPattern: '/v1/events' },
] as const satisfies Partial<FaultRule>[];

/** What befalls a call; a card is judged where it pays. */
type CallFault = Exclude<FaultKind, 'card_declined'>;

/** Each this often: together about one call in five. */
const CALL_FAULTS: Record<CallFault, number> = {
  rate_limit: 0.03,
  server_error: 0.03,
  server_error_after_execution: 0.03,
  conflict: 0.02,
  hang: 0.02,
  hang_after_execution: 0.02,
  reset: 0.03,
  lost_answer: 0.03,
  delay: 0.03,
};

/** Together about half of all webhooks. */
const WEBHOOK_FAULTS: Omit<WebhookFaultRule, 'seed'>[] = [
  { kind: 'duplicate', copies: 2, probability: 0.06 },
  { kind: 'duplicate', copies: 5, probability: 0.04 },
  { kind: 'reorder', window: 4, maxWaitMs: 400, probability: 0.12 },
  { kind: 'delay', delayMs: 150, probability: 0.05 },
  { kind: 'delay', delayMs: 1_500, probability: 0.05 },
  { kind: 'drop', probability: 0.1 },
  { kind: 'bad_signature', probability: 0.04 },
  { kind: 'stale_timestamp', probability: 0.04 },
];

/** Lets everything go wrong that can, as the seed says. */
export async function releaseFaults(simulator: SimulatorProcess, nextSeed: () => number): Promise<void> {
  for (const operation of OPERATIONS) {
    for (const kind of Object.keys(CALL_FAULTS) as CallFault[]) {
      await simulator.control('addFault', {
        ...operation,
        kind,
        probability: CALL_FAULTS[kind],
        delayMs: 300,
        seed: nextSeed(),
      });
    }
  }
  for (const rule of WEBHOOK_FAULTS)
    await simulator.control('addWebhookFault', { ...rule, seed: nextSeed() });
}
