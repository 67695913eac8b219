import type { PlannedEvent, PlannedPayment, Sequence } from './generate';

/**
 * What must be true in the end, reckoned from the documents alone (decisions 8, 11, 12, 16, 19) and without the
 * code under test:
 * - a capture beats everything; the first one told sets the time
 * - money of another amount, currency or intent never settles: it is booked apart once and holds the payment, which only a
 *   capture changes from then on
 * - a cancellation beats the open statuses, and a capture beats a cancellation
 * - among requires_action < processing < failed the newest second wins, then the later in that order
 * - money beyond the bill is guest credit
 */
export interface ExpectedPayment {
  status: string;
  tipMinor: number;
  totalMinor: number;
  overCollectedMinor: number;
  completedAtSec: number | null;
  intentId: string | null;
  hasReceipt: boolean;
  /** Sorted. */
  actions: string[];
  live: string[];
  /** `<fact> <account> <amount>`, sorted; sales and tax of an over-collected capture in one line. */
  postings: string[];
  discrepancies: string[];
}

export interface Expected {
  order: { state: string; capturedMinor: number };
  payments: ExpectedPayment[];
  /** Ids of the events that changed something. */
  applied: Set<string>;
}

const OPEN_STATUS = {
  requires_action: 'PENDING',
  processing: 'PROCESSING',
  payment_failed: 'FAILED',
} as const;
const WITHIN_A_SECOND = ['requires_action', 'processing', 'payment_failed'];
const LIVE_OF = {
  requires_action: ['payment:status_updated'],
  processing: ['payment:status_updated', 'payment:processing'],
  payment_failed: ['payment:status_updated', 'payment:failed'],
} as const;
const ACTION_OF = {
  requires_action: 'authentication_required',
  processing: 'processing',
  payment_failed: 'failed',
} as const;

interface Track {
  payment: PlannedPayment;
  expected: ExpectedPayment;
  newest: { sec: number; order: number } | null;
  isHeld: boolean;
  unmatched: Set<string>;
  /** The charge that is known to have paid, and whether its card is. */
  paidBy: string | null;
  isCardKnown: boolean;
}

/** @param arrivals each event once, in the order in which its first unbroken apply happened */
export function expectedOf(sequence: Sequence, arrivals: readonly PlannedEvent[]): Expected {
  const grossMinor = sequence.subtotalMinor + sequence.taxMinor;
  let capturedMinor = 0;
  const applied = new Set<string>();
  const tracks = new Map(sequence.payments.map((payment) => [payment.id, newTrack(payment)]));

  for (const event of arrivals) {
    const track = tracks.get(event.payment.id);
    if (!track) throw new Error('an event of no payment');
    const billMinor = event.payment.subtotalMinor + event.payment.taxMinor;
    const before = capturedMinor;
    if (hear(track, event, () => Math.min(billMinor, Math.max(0, before + billMinor - grossMinor)))) {
      applied.add(event.id);
      const isCapture = event.what === 'succeeded' && track.expected.actions.at(-1) === 'completed';
      if (isCapture) capturedMinor += billMinor;
    }
  }
  return {
    order: { state: stateOf(capturedMinor, grossMinor), capturedMinor },
    payments: [...tracks.values()].map(finish),
    applied,
  };
}

function newTrack(payment: PlannedPayment): Track {
  return {
    payment,
    expected: {
      status: 'PENDING',
      tipMinor: payment.tipMinor,
      totalMinor: payment.subtotalMinor + payment.taxMinor + payment.tipMinor,
      overCollectedMinor: 0,
      completedAtSec: null,
      intentId: payment.isAttached ? payment.intentId : null,
      hasReceipt: false,
      actions: [],
      live: [],
      postings: [],
      discrepancies: [],
    },
    newest: null,
    isHeld: false,
    unmatched: new Set(),
    paidBy: null,
    isCardKnown: false,
  };
}

/** @returns whether the event changes anything */
function hear(track: Track, event: PlannedEvent, overCollected: () => number): boolean {
  const { expected } = track;
  const isSettled = expected.status === 'COMPLETED';
  switch (event.what) {
    case 'charge.failed':
      return false;
    case 'charge.updated':
      return track.paidBy === event.chargeId && learnCard(track, event);
    case 'charge.succeeded':
      return learnCard(track, event);
    case 'succeeded':
      return isRightMoney(track.payment, event)
        ? capture(track, event, overCollected())
        : keepApart(track, event);
    case 'canceled':
      if (isSettled || track.isHeld || expected.status === 'CANCELLED') return false;
      change(track, event, 'CANCELLED', 'cancelled', ['payment:status_updated', 'payment:cancelled']);
      return true;
    default: {
      if (isSettled || track.isHeld || expected.status === 'CANCELLED') return false;
      const told = { sec: event.atSec, order: WITHIN_A_SECOND.indexOf(event.what) };
      const { newest } = track;
      if (newest && (told.sec < newest.sec || (told.sec === newest.sec && told.order <= newest.order)))
        return false;
      track.newest = told;
      const status = OPEN_STATUS[event.what];
      change(
        track,
        event,
        status,
        ACTION_OF[event.what],
        expected.status === status ? [] : LIVE_OF[event.what],
      );
      return true;
    }
  }
}

function learnCard(track: Track, event: PlannedEvent): boolean {
  if (track.isCardKnown) return false;
  track.isCardKnown = true;
  track.paidBy = event.chargeId;
  track.expected.actions.push('charge_recorded');
  return true;
}

function isRightMoney(payment: PlannedPayment, event: PlannedEvent): boolean {
  if (event.intentId !== payment.intentId || event.currency !== 'USD') return false;
  const tips = [payment.tipMinor, payment.pendingTipMinor ?? payment.tipMinor];
  return tips.some((tip) => payment.subtotalMinor + payment.taxMinor + tip === event.receivedMinor);
}

function capture(track: Track, event: PlannedEvent, overMinor: number): boolean {
  const { expected, payment } = track;
  if (expected.status === 'COMPLETED') return false;
  track.paidBy = event.chargeId;
  const tipMinor = event.receivedMinor - payment.subtotalMinor - payment.taxMinor;
  change(track, event, 'COMPLETED', 'completed', ['payment:status_updated', 'payment:completed']);
  Object.assign(expected, {
    tipMinor,
    totalMinor: event.receivedMinor,
    overCollectedMinor: overMinor,
    completedAtSec: event.atSec,
    hasReceipt: true,
  });
  const lines: [string, number][] = [
    ['PROCESSOR_CLEARING', event.receivedMinor],
    ['TIPS_PAYABLE', -tipMinor],
    ['GUEST_CREDIT', -overMinor],
    ...(overMinor === 0
      ? ([
          ['SALES', -payment.subtotalMinor],
          ['TAX_PAYABLE', -payment.taxMinor],
        ] as [string, number][])
      : ([['SALES+TAX', overMinor - payment.subtotalMinor - payment.taxMinor]] as [string, number][])),
  ];
  for (const [account, amount] of lines)
    if (amount !== 0) expected.postings.push(`capture:${payment.id} ${account} ${amount}`);
  if (overMinor > 0) expected.discrepancies.push('OVER_COLLECTED');
  return true;
}

function keepApart(track: Track, event: PlannedEvent): boolean {
  const { expected, payment } = track;
  const isOwn = event.intentId === payment.intentId;
  const isSettled = expected.status === 'COMPLETED';
  if ((isOwn && isSettled) || track.unmatched.has(event.intentId)) return false;
  track.unmatched.add(event.intentId);
  expected.actions.push('unmatched_receipt');
  const ownReason = event.currency === 'USD' ? 'AMOUNT_MISMATCH' : 'CURRENCY_MISMATCH';
  expected.discrepancies.push(isOwn ? ownReason : 'ANOTHER_INTENT');
  expected.postings.push(
    `unmatched:${event.intentId} PROCESSOR_CLEARING ${event.receivedMinor}`,
    `unmatched:${event.intentId} UNMATCHED_RECEIPTS ${-event.receivedMinor}`,
  );
  if (isSettled) return true;
  if (expected.status !== 'PROCESSING') expected.live.push('payment:status_updated');
  expected.status = 'PROCESSING';
  if (isOwn) expected.intentId = event.intentId;
  track.isHeld = true;
  return true;
}

function change(
  track: Track,
  event: PlannedEvent,
  status: string,
  action: string,
  live: readonly string[],
): void {
  track.expected.status = status;
  track.expected.intentId = event.intentId;
  track.expected.actions.push(action);
  track.expected.live.push(...live);
}

function finish({ expected }: Track): ExpectedPayment {
  const { actions, live, postings, discrepancies } = expected;
  return {
    ...expected,
    actions: actions.toSorted(),
    live: live.toSorted(),
    postings: postings.toSorted(),
    discrepancies: discrepancies.toSorted(),
  };
}

function stateOf(capturedMinor: number, grossMinor: number): string {
  if (capturedMinor > grossMinor) return 'OVERPAID';
  if (capturedMinor === grossMinor) return 'PAID';
  return capturedMinor > 0 ? 'PARTIALLY_PAID' : 'UNPAID';
}
