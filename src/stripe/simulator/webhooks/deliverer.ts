import type Stripe from 'stripe';
import { newId, randomText } from '../ids';
import type { Settings } from '../options';
import { seededRandom } from '../random';
import { Rules } from '../rules';
import type { Delivery, Store } from '../store';
import { takeWebhookFault, type WebhookFaultRule } from './faults';
import { Poster } from './post';
import { signatureHeader } from './signature';

/** One attempt to deliver an event, as control reports it. */
export interface DeliveryAttempt {
  eventId: string;
  type: string;
  url: string;
  attempt: number;
  /** 0 when no answer came in time. */
  status: number;
}

const ATTEMPTS_KEPT = 50_000;

/** Delivers events to endpoints: signed, repeated with growing waits, a few at a time, faults included. */
export class Deliverer {
  readonly faults = new Rules<WebhookFaultRule>();
  readonly attempts: DeliveryAttempt[] = [];
  private readonly poster = new Poster();
  private queue: Delivery[] = [];
  private held: Delivery[] | null = null;
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  private readonly windows = new Map<WebhookFaultRule, { deliveries: Delivery[]; timer: NodeJS.Timeout }>();
  private inFlight = 0;
  private closed = false;
  private idleWaiters: (() => void)[] = [];

  constructor(
    private readonly store: Store,
    private readonly settings: Settings,
    private readonly nowSeconds: () => number,
    private readonly onChange: () => void,
  ) {}

  /** Queues an event for every enabled endpoint that listens to its type. */
  publish(event: Stripe.EventBase): void {
    const endpoints = this.store.webhookEndpoints.size === 0 ? [] : this.store.webhookEndpoints.all();
    const listening = endpoints.filter(
      (endpoint) =>
        endpoint.status === 'enabled' &&
        (endpoint.enabled_events.includes('*') || endpoint.enabled_events.includes(event.type)),
    );
    if (listening.length > 0) this.store.events.patch(event.id, { pending_webhooks: listening.length });
    for (const endpoint of listening) this.enqueue(event.id, event.type, endpoint.id);
  }

  /** Delivers again, whatever happened before; faults apply. */
  redeliver(event: Stripe.EventBase): void {
    for (const endpoint of this.store.webhookEndpoints.all()) this.enqueue(event.id, event.type, endpoint.id);
  }

  /** Takes up what a loaded snapshot left undelivered. */
  resume(): void {
    this.queue.push(...this.store.deliveries.values());
    this.pump();
  }

  hold(): void {
    this.held ??= [];
  }

  /** Sends what was held, in the given order, or only the events named (the others stay held). */
  release(order: 'asc' | 'desc' | 'shuffle' = 'asc', seed = 1, eventIds?: string[]): number {
    const held = this.held ?? [];
    const chosen =
      eventIds === undefined ? held : held.filter((delivery) => eventIds.includes(delivery.eventId));
    this.held = eventIds === undefined ? null : held.filter((delivery) => !chosen.includes(delivery));
    this.queue.push(...ordered(chosen, order, seed));
    this.pump();
    return chosen.length;
  }

  get pending(): number {
    let windowed = 0;
    for (const { deliveries } of this.windows.values()) windowed += deliveries.length;
    return this.queue.length + this.inFlight + this.waiting.size + windowed;
  }

  /** Resolves once nothing is queued, in flight or waiting to be repeated; held deliveries do not count. */
  whenIdle(): Promise<void> {
    if (this.pending === 0) return Promise.resolve();
    return new Promise((resolve) => this.idleWaiters.push(resolve));
  }

  /** Forgets everything undelivered; deliveries in flight finish unnoticed. */
  clear(): void {
    for (const timer of this.waiting.values()) clearTimeout(timer);
    for (const { timer } of this.windows.values()) clearTimeout(timer);
    this.waiting.clear();
    this.windows.clear();
    this.queue = [];
    this.held = null;
    this.attempts.length = 0;
    this.noticeIdle();
  }

  close(): void {
    this.closed = true;
    this.clear();
    this.poster.close();
  }

  private enqueue(eventId: string, type: string, endpointId: string): void {
    const fault = takeWebhookFault(this.faults, 'event', type);
    if (fault?.kind === 'drop') return;
    const copies = fault?.kind === 'duplicate' ? (fault.copies ?? 2) : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const delivery: Delivery = { id: newId('whdel'), eventId, endpointId, attempt: 1 };
      this.store.deliveries.set(delivery.id, delivery);
      if (fault?.kind === 'delay') this.later(delivery, fault.delayMs ?? 100);
      else if (fault?.kind === 'reorder') this.collect(delivery, fault);
      else if (this.held !== null) this.held.push(delivery);
      else this.queue.push(delivery);
    }
    this.pump();
  }

  private later(delivery: Delivery, delayMs: number): void {
    const timer = setTimeout(() => {
      this.waiting.delete(delivery.id);
      if (this.held === null) this.queue.push(delivery);
      else this.held.push(delivery);
      this.pump();
      this.noticeIdle();
    }, delayMs);
    this.waiting.set(delivery.id, timer);
  }

  private collect(delivery: Delivery, rule: WebhookFaultRule): void {
    const flush = () => {
      const window = this.windows.get(rule);
      this.windows.delete(rule);
      clearTimeout(window?.timer);
      this.queue.push(...(window?.deliveries ?? []).reverse());
      this.pump();
    };
    const window = this.windows.get(rule) ?? {
      deliveries: [],
      timer: setTimeout(flush, rule.maxWaitMs ?? 200),
    };
    window.deliveries.push(delivery);
    this.windows.set(rule, window);
    if (window.deliveries.length >= (rule.window ?? 2)) flush();
  }

  private pump(): void {
    while (!this.closed && this.inFlight < this.settings.webhookConcurrency) {
      const delivery = this.queue.shift();
      if (delivery === undefined) return;
      this.inFlight += 1;
      void this.attempt(delivery).finally(() => {
        this.inFlight -= 1;
        this.onChange();
        this.pump();
        this.noticeIdle();
      });
    }
  }

  private async attempt(delivery: Delivery): Promise<void> {
    const event = this.store.events.find(delivery.eventId);
    const endpoint = this.store.webhookEndpoints.find(delivery.endpointId);
    if (event === undefined || endpoint === undefined) {
      this.store.deliveries.delete(delivery.id);
      return;
    }
    const payload = JSON.stringify(event, null, 2);
    const status = await this.poster.post(
      endpoint.url,
      payload,
      this.sign(payload, event.type, endpoint.id),
      this.settings.webhookTimeoutMs,
    );
    if (this.closed) return;
    const { attempt } = delivery;
    this.attempts.push({ eventId: event.id, type: event.type, url: endpoint.url, attempt, status });
    if (this.attempts.length >= 2 * ATTEMPTS_KEPT) this.attempts.splice(0, ATTEMPTS_KEPT);
    const delivered = status >= 200 && status < 300;
    if (delivered) this.acknowledge(event.id);
    if (delivered || attempt >= this.settings.webhookMaxAttempts) {
      this.store.deliveries.delete(delivery.id);
      return;
    }
    const next = { ...delivery, attempt: attempt + 1 };
    this.store.deliveries.set(next.id, next);
    this.later(next, this.settings.webhookRetryBaseMs * 2 ** (attempt - 1));
  }

  private sign(payload: string, type: string, endpointId: string): string {
    const fault = takeWebhookFault(this.faults, 'attempt', type);
    const secret = this.store.endpointSecrets.get(endpointId) ?? '';
    const used = fault?.kind === 'bad_signature' ? `whsec_${randomText(32)}` : secret;
    const age = fault?.kind === 'stale_timestamp' ? (fault.ageSeconds ?? 3600) : 0;
    return signatureHeader(payload, used, this.nowSeconds() - age);
  }

  private acknowledge(eventId: string): void {
    const event = this.store.events.find(eventId);
    if (event === undefined || event.pending_webhooks === 0) return;
    this.store.events.patch(eventId, { pending_webhooks: event.pending_webhooks - 1 });
  }

  private noticeIdle(): void {
    if (this.idleWaiters.length === 0 || this.pending > 0) return;
    const waiters = this.idleWaiters;
    this.idleWaiters = [];
    for (const resolve of waiters) resolve();
  }
}

function ordered(deliveries: Delivery[], order: 'asc' | 'desc' | 'shuffle', seed: number): Delivery[] {
  if (order === 'asc') return deliveries;
  if (order === 'desc') return [...deliveries].reverse();
  const random = seededRandom(seed);
  return deliveries
    .map((delivery) => ({ delivery, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ delivery }) => delivery);
}
