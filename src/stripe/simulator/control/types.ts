import type Stripe from 'stripe';
import type { FaultRule } from '../http/faults';
import type { RequestLogEntry } from '../http/request-log';
import type { Settings, WebhookEndpointOptions } from '../options';
import type { DeliveryAttempt } from '../webhooks/deliverer';
import type { WebhookFaultRule } from '../webhooks/faults';

/** All objects, oldest first, and what happened around them. */
export interface SimulatorState {
  customers: Stripe.Customer[];
  paymentMethods: Stripe.PaymentMethod[];
  paymentIntents: Stripe.PaymentIntent[];
  setupIntents: Stripe.SetupIntent[];
  charges: Stripe.Charge[];
  refunds: Stripe.Refund[];
  disputes: Stripe.Dispute[];
  balanceTransactions: Stripe.BalanceTransaction[];
  payouts: Stripe.Payout[];
  events: Stripe.EventBase[];
  webhookEndpoints: Stripe.WebhookEndpoint[];
  requests: RequestLogEntry[];
  requestCounts: Record<string, number>;
  deliveryAttempts: DeliveryAttempt[];
  pendingDeliveries: number;
  settings: Settings;
}

/** What a refund or dispute is for: an intent or a charge. */
export interface Target {
  paymentIntent?: string;
  charge?: string;
}

/**
 * What Stripe, a bank or a person at Stripe's dashboard would do, and switches for tests. Every method takes
 * at most one plain object, so that `POST /_simulator/<method>` with that object as JSON does the same.
 */
export interface SimulatorControl {
  state(): SimulatorState;
  requests(): RequestLogEntry[];
  /** Requests by `METHOD /path`, ids replaced by `:id`. */
  requestCounts(): Record<string, number>;
  /** Changes settings; a delay of null holds the effect until `settle` or `runScheduled`. */
  configure(settings: Partial<Settings>): Settings;
  /** Adds a fault of requests; answers the rule's id. */
  addFault(rule: FaultRule): { id: string };
  clearFaults(which?: { id?: string }): void;
  /** Adds a fault of webhook deliveries; answers the rule's id. */
  addWebhookFault(rule: WebhookFaultRule): { id: string };
  clearWebhookFaults(which?: { id?: string }): void;
  addWebhookEndpoint(endpoint: WebhookEndpointOptions): { id: string };
  /** Keeps deliveries back until `releaseWebhooks`. */
  holdWebhooks(): void;
  releaseWebhooks(how?: { order?: 'asc' | 'desc' | 'shuffle'; seed?: number; eventIds?: string[] }): {
    released: number;
  };
  /** Delivers stored events again: those named, of the types, or all. */
  redeliver(which?: { eventIds?: string[]; types?: string[] }): { redelivered: number };
  /** Resolves once no delivery is under way (held ones do not count); rejects after `timeoutMs` (45,000). */
  waitForDeliveries(options?: { timeoutMs?: number }): Promise<void>;
  /** Releases late balance transactions now, of one charge or of all; answers how many. */
  settle(which?: { charge?: string }): { settled: number };
  /** Runs every delayed effect now (settling, late refund failures, disputes), also those it causes. */
  runScheduled(): { run: number };
  /** The payer completes or fails the authentication of an intent in requires_action. */
  completeAuthentication(what: { paymentIntent: string; outcome: 'succeed' | 'fail' }): Stripe.PaymentIntent;
  completeSetupAuthentication(what: { setupIntent: string; outcome: 'succeed' | 'fail' }): Stripe.SetupIntent;
  /** Ends the processing of an intent. */
  finishProcessing(what: { paymentIntent: string; outcome: 'succeed' | 'fail' }): Stripe.PaymentIntent;
  /** A refund as a person makes it at Stripe's dashboard: no request behind its events. */
  dashboardRefund(what: Target & { amount?: number; reason?: string }): Stripe.Refund;
  /** An intent canceled at Stripe's dashboard. */
  dashboardCancel(what: { paymentIntent: string }): Stripe.PaymentIntent;
  failRefund(what: { refund: string; reason?: string }): Stripe.Refund;
  createDispute(what: Target & { amount?: number; reason?: string }): Stripe.Dispute;
  resolveDispute(what: { dispute: string; outcome: 'won' | 'lost' }): Stripe.Dispute;
  /**
   * An automatic payout of what is available (with `includePending` of all that is not yet paid out) in a
   * currency. `complete` (default true) also pays it and completes its reconciliation.
   */
  createPayout(what: { currency: string; includePending?: boolean; complete?: boolean }): Stripe.Payout;
  /** Pays or fails a payout that is under way; paying completes the reconciliation of an automatic one. */
  finishPayout(what: { payout: string; outcome: 'paid' | 'failed' }): Stripe.Payout;
  /** Forgets all objects, rules, keys and undelivered events; endpoints given at the start return. */
  reset(): void;
}
