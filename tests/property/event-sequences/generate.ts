import { stripeId } from '../../support/webhook-sender';
import { createRandom, type Random } from './random';

/** A payment as it stands before Stripe tells anything. Minor units; `pendingTipMinor`: a change of tip under way. */
export interface PlannedPayment {
  id: string;
  intentId: string;
  /** False: the answer of the creation was lost, only the intent's metadata names the payment. */
  isAttached: boolean;
  subtotalMinor: number;
  taxMinor: number;
  tipMinor: number;
  pendingTipMinor: number | null;
}

type Happening =
  | 'requires_action'
  | 'processing'
  | 'payment_failed'
  | 'canceled'
  | 'succeeded'
  | 'charge.failed'
  | 'charge.succeeded'
  | 'charge.updated';

export interface PlannedEvent {
  id: string;
  payment: PlannedPayment;
  intentId: string;
  chargeId: string | null;
  what: Happening;
  atSec: number;
  receivedMinor: number;
  currency: string;
}

/** One arrival at the door: the copies come at once; `breaks`: the first apply fails after its writes. */
export interface Delivery {
  event: PlannedEvent;
  copies: number;
  breaks: boolean;
}

/** One order, what its payers do, and how Stripe's news of it arrives. */
export interface Sequence {
  seed: number;
  orderId: string;
  subtotalMinor: number;
  taxMinor: number;
  payments: PlannedPayment[];
  deliveries: Delivery[];
  /** Everything arrives at once instead of one after the other. */
  isStorm: boolean;
}

const START_SEC = 1_780_000_000;

/** A plausible story: attempts, authentication, declines, success, cancellation, strange money; told out of order, repeatedly. */
export function generateSequence(seed: number, newPaymentId: () => string): Sequence {
  const random = createRandom(seed);
  const subtotalMinor = 200 + random.below(9_800);
  const taxMinor = random.below(Math.floor(subtotalMinor / 4));
  const payments = Array.from({ length: random.pick([1, 1, 1, 1, 2, 3]) }, () =>
    planPayment(random, newPaymentId(), subtotalMinor, taxMinor),
  );
  const events = payments.flatMap((payment) => tellStory(random, payment));
  return {
    seed,
    orderId: `order-${seed}-${payments[0]?.id}`,
    subtotalMinor,
    taxMinor,
    payments,
    deliveries: deliver(random, events),
    isStorm: random.chance(0.15),
  };
}

function planPayment(random: Random, id: string, subtotalMinor: number, taxMinor: number): PlannedPayment {
  const share = random.pick([1, 1, 2, 3]);
  return {
    id,
    intentId: stripeId('pi'),
    isAttached: random.chance(0.8),
    subtotalMinor: Math.ceil(subtotalMinor / share),
    taxMinor: Math.floor(taxMinor / share),
    tipMinor: random.chance(0.5) ? random.below(1_000) : 0,
    pendingTipMinor: random.chance(0.15) ? 1_000 + random.below(1_000) : null,
  };
}

function tellStory(random: Random, payment: PlannedPayment): PlannedEvent[] {
  const events: PlannedEvent[] = [];
  let atSec = START_SEC + random.below(86_400 * 30);
  const dueMinor = payment.subtotalMinor + payment.taxMinor + payment.tipMinor;
  const tell = (what: Happening, more: Partial<PlannedEvent> = {}) => {
    events.push({
      id: stripeId('evt'),
      payment,
      intentId: payment.intentId,
      chargeId: null,
      what,
      atSec,
      receivedMinor: 0,
      currency: 'USD',
      ...more,
    });
    atSec += random.pick([0, 0, 0, 1, 40]);
  };
  for (let attempts = random.pick([0, 0, 0, 1, 1, 2]); attempts > 0; attempts--) {
    if (random.chance(0.4)) tell('requires_action');
    if (random.chance(0.3)) tell('processing');
    const chargeId = random.chance(0.7) ? stripeId('ch') : null;
    if (chargeId && random.chance(0.2)) tell('charge.failed', { chargeId });
    tell('payment_failed', { chargeId });
    if (chargeId && random.chance(0.3)) tell('charge.updated', { chargeId });
  }
  if (random.chance(0.3)) tell('requires_action');
  if (random.chance(0.3)) tell('processing');
  const end = random.pick(['paid', 'paid', 'paid', 'canceled', 'canceled and paid', 'open']);
  if (end.startsWith('canceled')) tell('canceled');
  if (end.endsWith('paid')) {
    const chargeId = stripeId('ch');
    const money = {
      chargeId,
      receivedMinor: random.pick([...amounts(payment, dueMinor), dueMinor + (random.chance(0.2) ? -1 : 0)]),
      currency: random.chance(0.03) ? 'EUR' : 'USD',
    };
    if (random.chance(0.8)) tell('charge.succeeded', money);
    tell('succeeded', money);
    // Stripe may make several events of one happening.
    if (random.chance(0.2)) tell('succeeded', money);
    if (random.chance(0.3)) tell('charge.updated', money);
  }
  if (payment.isAttached && random.chance(0.05)) {
    tell('succeeded', { intentId: stripeId('pi'), receivedMinor: dueMinor });
  }
  return events;
}

function amounts(payment: PlannedPayment, dueMinor: number): [number, ...number[]] {
  const withPending = payment.pendingTipMinor ?? payment.tipMinor;
  return [dueMinor, dueMinor, dueMinor - payment.tipMinor + withPending];
}

/** Each event arrives one to five times, apart or at once, in any order. */
function deliver(random: Random, events: readonly PlannedEvent[]): Delivery[] {
  const deliveries = events.flatMap((event): Delivery[] => {
    const times = random.pick([1, 1, 1, 1, 1, 2, 3, 4, 5]);
    const breaks = random.chance(0.1);
    if (random.chance(0.2)) return [{ event, copies: times, breaks }];
    return Array.from({ length: times }, () => ({ event, copies: 1, breaks }));
  });
  return random.chance(0.1) ? deliveries.toReversed() : random.shuffle(deliveries);
}
