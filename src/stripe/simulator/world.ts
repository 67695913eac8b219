import type Stripe from 'stripe';
import { newId } from './ids';
import { API_VERSION, type Settings } from './options';
import { changedAttributes } from './previous-attributes';
import type { Scheduler } from './scheduler';
import type { Store } from './store';

/** The request that caused a change, as events report it; null for what Stripe does by itself. */
export interface Cause {
  id: string;
  idempotency_key: string | null;
}

type EventType = Stripe.EventBase['type'];

/** The simulated account: state, clock, delayed effects and the stream of events. */
export interface World {
  readonly store: Store;
  readonly settings: Settings;
  readonly scheduler: Scheduler;
  /** Base URL of the simulator, for links in objects. */
  readonly baseUrl: () => string;
  /** Seconds, as Stripe's `created`. */
  now(): number;
  /** Records an event and queues its deliveries. `before` gives `previous_attributes`. */
  emit(type: EventType, object: Stripe.Event.Data['object'], cause: Cause | null, before?: object): void;
}

/** Builds the `emit` of a world; `publish` queues deliveries and answers to how many endpoints. */
export function eventEmitter(
  store: Store,
  now: () => number,
  publish: (event: Stripe.EventBase) => void,
): World['emit'] {
  return (type, object, cause, before) => {
    const data =
      before === undefined ? { object } : { object, previous_attributes: changedAttributes(before, object) };
    const event: Stripe.EventBase = {
      id: newId('evt'),
      object: 'event',
      api_version: API_VERSION,
      created: now(),
      data,
      livemode: false,
      pending_webhooks: 0,
      request: cause ?? { id: null, idempotency_key: null },
      type,
    };
    store.events.insert(event);
    publish(event);
  };
}
