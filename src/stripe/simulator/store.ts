import type Stripe from 'stripe';
import { Collection } from './collection';
import type { Scenario } from './test-cards';

/** A delayed effect, kept as data so that it survives a restart of the development server. */
export interface Task {
  id: string;
  kind: 'settle_charge' | 'fail_refund' | 'open_dispute';
  target: string;
  /** Milliseconds of wall time still to wait when scheduled; null while held until released by control. */
  delayMs: number | null;
}

/** A webhook not yet acknowledged. */
export interface Delivery {
  id: string;
  eventId: string;
  endpointId: string;
  attempt: number;
}

const idOf = (value: string | { id: string } | null | undefined): string | null =>
  typeof value === 'string' ? value : (value?.id ?? null);

/**
 * All state of the simulated account. Objects are never mutated: a change replaces the object, so that an
 * event may keep a reference as its snapshot.
 */
export class Store {
  readonly customers = new Collection<Stripe.Customer>('customer');
  readonly deletedCustomers = new Set<string>();
  readonly paymentMethods = new Collection<Stripe.PaymentMethod>('PaymentMethod', {
    customer: (pm) => idOf(pm.customer),
  });
  readonly paymentIntents = new Collection<Stripe.PaymentIntent>('payment_intent');
  readonly setupIntents = new Collection<Stripe.SetupIntent>('setupintent');
  readonly charges = new Collection<Stripe.Charge>('charge', {
    payment_intent: (ch) => idOf(ch.payment_intent),
  });
  readonly refunds = new Collection<Stripe.Refund>('refund', {
    charge: (re) => idOf(re.charge),
    payment_intent: (re) => idOf(re.payment_intent),
  });
  readonly disputes = new Collection<Stripe.Dispute>('dispute', { charge: (dp) => idOf(dp.charge) });
  readonly balanceTransactions = new Collection<Stripe.BalanceTransaction>('balance_transaction', {
    source: (txn) => idOf(txn.source),
  });
  readonly payouts = new Collection<Stripe.Payout>('payout');
  readonly events = new Collection<Stripe.EventBase>('event');
  readonly webhookEndpoints = new Collection<Stripe.WebhookEndpoint>('webhook_endpoint');
  readonly paymentMethodDomains = new Collection<Stripe.PaymentMethodDomain>('payment_method_domain');

  /** What the test card behind a payment method does; not part of Stripe's object. */
  readonly scenarios = new Map<string, Scenario>();
  /** Payment methods spent on a payment without a customer: Stripe refuses them a second time. */
  readonly spentPaymentMethods = new Set<string>();
  /** Intents whose authentication the payer has completed or set up for later use. */
  readonly authenticatedPaymentMethods = new Set<string>();
  /** Which payout swept a balance transaction. */
  readonly payoutOfTransaction = new Map<string, string>();
  readonly endpointSecrets = new Map<string, string>();
  readonly tasks = new Map<string, Task>();
  readonly deliveries = new Map<string, Delivery>();

  private readonly collections = [
    'customers',
    'paymentMethods',
    'paymentIntents',
    'setupIntents',
    'charges',
    'refunds',
    'disputes',
    'balanceTransactions',
    'payouts',
    'events',
    'webhookEndpoints',
    'paymentMethodDomains',
  ] as const;
  private readonly maps = [
    'scenarios',
    'payoutOfTransaction',
    'endpointSecrets',
    'tasks',
    'deliveries',
  ] as const;
  private readonly sets = ['deletedCustomers', 'spentPaymentMethods', 'authenticatedPaymentMethods'] as const;

  clear(): void {
    for (const name of this.collections) this[name].clear();
    for (const name of this.maps) this[name].clear();
    for (const name of this.sets) this[name].clear();
  }

  /** Everything as plain JSON; `load` takes it back. */
  dump(): Record<string, unknown[]> {
    const dumped: Record<string, unknown[]> = {};
    for (const name of this.collections) dumped[name] = this[name].all();
    for (const name of this.maps) dumped[name] = [...this[name].entries()];
    for (const name of this.sets) dumped[name] = [...this[name]];
    return dumped;
  }

  /** Replaces the state by a dump. The file is our own: its shape is trusted. */
  load(dumped: Record<string, unknown[]>): void {
    this.clear();
    for (const name of this.collections) {
      const target: { insert(item: never): unknown } = this[name];
      for (const item of dumped[name] ?? []) target.insert(item as never);
    }
    for (const name of this.maps) {
      const target: { set(key: string, value: never): unknown } = this[name];
      for (const [key, value] of (dumped[name] ?? []) as [string, never][]) target.set(key, value);
    }
    for (const name of this.sets) for (const item of (dumped[name] ?? []) as string[]) this[name].add(item);
  }
}
