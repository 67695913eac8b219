import type Stripe from 'stripe';
import { finishAuthentication, finishProcessing } from '../engine/confirm';
import { closeDispute, openDispute } from '../engine/disputes';
import { cancelIntent } from '../engine/finish-intent';
import { createAutomaticPayout, finishPayout } from '../engine/payouts';
import { createRefund, failRefund } from '../engine/refunds';
import { finishSetupAuthentication } from '../engine/setup';
import { createEndpoint } from '../engine/webhook-endpoints';
import type { FaultRule } from '../http/faults';
import type { RequestLog } from '../http/request-log';
import type { WebhookEndpointOptions } from '../options';
import { refundableCharge } from '../resources/refunds';
import { matchesGlob, type Rules } from '../rules';
import type { Deliverer } from '../webhooks/deliverer';
import type { World } from '../world';
import type { SimulatorControl, Target } from './types';

export interface ControlParts {
  world: World;
  deliverer: Deliverer;
  faults: Rules<FaultRule>;
  log: RequestLog;
  reset: () => void;
}

function chargeOf(world: World, { charge, paymentIntent }: Target): Stripe.Charge {
  return refundableCharge(world, { charge, payment_intent: paymentIntent });
}

/** Registers an endpoint, or renews the secret and events of the one with the same URL. */
export function putEndpoint(world: World, options: WebhookEndpointOptions): { id: string } {
  const { store } = world;
  const enabledEvents = options.enabledEvents ?? ['*'];
  const known = store.webhookEndpoints.all().find((endpoint) => endpoint.url === options.url);
  if (known === undefined) {
    return { id: createEndpoint(world, { url: options.url, secret: options.secret, enabledEvents }).id };
  }
  store.endpointSecrets.set(known.id, options.secret);
  store.webhookEndpoints.patch(known.id, { enabled_events: enabledEvents, status: 'enabled' });
  return { id: known.id };
}

function stateOf({ world, deliverer, log }: ControlParts): ReturnType<SimulatorControl['state']> {
  const { store, settings } = world;
  return {
    customers: store.customers.all(),
    paymentMethods: store.paymentMethods.all(),
    paymentIntents: store.paymentIntents.all(),
    setupIntents: store.setupIntents.all(),
    charges: store.charges.all(),
    refunds: store.refunds.all(),
    disputes: store.disputes.all(),
    balanceTransactions: store.balanceTransactions.all(),
    payouts: store.payouts.all(),
    events: store.events.all(),
    webhookEndpoints: store.webhookEndpoints.all(),
    requests: log.list(),
    requestCounts: log.countByPath(),
    deliveryAttempts: [...deliverer.attempts],
    pendingDeliveries: deliverer.pending,
    settings: { ...settings },
  };
}

async function idleWithin(deliverer: Deliverer, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${deliverer.pending} webhook deliveries still pending after ${timeoutMs} ms`));
    }, timeoutMs);
  });
  await Promise.race([deliverer.whenIdle(), late]).finally(() => clearTimeout(timer));
}

/** The control of a running simulator; see `SimulatorControl`. */
export function createControl(parts: ControlParts): SimulatorControl {
  const { world, deliverer, faults, log } = parts;
  const { store, scheduler } = world;
  return {
    state: () => stateOf(parts),
    requests: () => log.list(),
    requestCounts: () => log.countByPath(),
    configure: (settings) => ({ ...Object.assign(world.settings, settings) }),
    addFault: (rule) => ({ id: faults.add(rule) }),
    clearFaults: (which) => faults.clear(which?.id),
    addWebhookFault: (rule) => ({ id: deliverer.faults.add(rule) }),
    clearWebhookFaults: (which) => deliverer.faults.clear(which?.id),
    addWebhookEndpoint: (endpoint) => putEndpoint(world, endpoint),
    holdWebhooks: () => deliverer.hold(),
    releaseWebhooks: (how) => ({ released: deliverer.release(how?.order, how?.seed, how?.eventIds) }),
    redeliver(which) {
      const events = store.events
        .all()
        .filter(
          (event) =>
            (which?.eventIds === undefined || which.eventIds.includes(event.id)) &&
            (which?.types === undefined || which.types.some((pattern) => matchesGlob(pattern, event.type))),
        );
      for (const event of events) deliverer.redeliver(event);
      return { redelivered: events.length };
    },
    waitForDeliveries: (options) => idleWithin(deliverer, options?.timeoutMs ?? 45_000),
    settle: (which) => ({
      settled: scheduler.release(
        (task) =>
          task.kind === 'settle_charge' && (which?.charge === undefined || task.target === which.charge),
      ),
    }),
    runScheduled() {
      let run = 0;
      for (let round = scheduler.release(); round > 0; round = scheduler.release()) run += round;
      return { run };
    },
    completeAuthentication: ({ paymentIntent, outcome }) =>
      finishAuthentication(world, paymentIntent, outcome === 'succeed'),
    completeSetupAuthentication: ({ setupIntent, outcome }) =>
      finishSetupAuthentication(world, setupIntent, outcome === 'succeed'),
    finishProcessing: ({ paymentIntent, outcome }) =>
      finishProcessing(world, paymentIntent, outcome === 'succeed'),
    dashboardRefund: ({ amount, reason, ...target }) =>
      createRefund(
        world,
        { charge: chargeOf(world, target), amount, reason: reason ?? 'requested_by_customer' },
        null,
      ),
    dashboardCancel: ({ paymentIntent }) =>
      cancelIntent(world, store.paymentIntents.get(paymentIntent, 'intent'), null, null),
    failRefund: ({ refund, reason }) => failRefund(world, refund, reason ?? 'expired_or_canceled_card'),
    createDispute: ({ amount, reason, ...target }) =>
      openDispute(world, chargeOf(world, target).id, amount, reason),
    resolveDispute: ({ dispute, outcome }) => closeDispute(world, dispute, outcome, null),
    createPayout({ currency, includePending = false, complete = true }) {
      const payout = createAutomaticPayout(world, currency, includePending);
      return complete ? finishPayout(world, payout.id, 'paid') : payout;
    },
    finishPayout: ({ payout, outcome }) => finishPayout(world, payout, outcome),
    reset: parts.reset,
  };
}
