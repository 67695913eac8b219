import type { FaultKind, FaultRule } from '@/stripe/simulator/http/faults';
import type { WebhookFaultRule } from '@/stripe/simulator/webhooks/faults';
import type { SimulatorProcess } from '../support/processes';

/** Every operation that the service requests from Stripe. It confirms only payments with a saved card itself. */
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

/** Faults of calls. Declines are not among them: they depend on the card. */
type CallFault = Exclude<FaultKind, 'card_declined'>;

/** Faults with the probability of each. In all about one call in five fails. */
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

/** Faults of webhooks. In all they hit about every second one. */
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

/** Switches on all faults of calls and webhooks. `nextSeed` makes the seed of each rule. */
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
