import type { Pool } from 'pg';
import { auditDrawers } from './drawers';
import { type BookSide, type OrderFacts, type PaymentFacts, readBooks, type StripeSide } from './facts';
import { auditProcessor, expectedBesides } from './processor';
import { auditRefunds } from './refunds';
import { auditSplits } from './splits';
import { auditSteps } from './steps';
import { auditTold } from './told';

/**
 * Checks the books of a service that has finished its work; what takes it longer is in settled.ts. It uses only Stripe's side and the database, none of the
 * service's code.
 * @returns one sentence per breach; empty: nothing lost, nothing doubled
 */
export async function audit(stripe: StripeSide, pool: Pick<Pool, 'query'>): Promise<string[]> {
  const books = await readBooks(pool);
  return [
    ...auditMoney(stripe, books),
    ...books.payments.flatMap((payment) => auditPayment(stripe, books, payment)),
    ...books.orders.flatMap((order) => auditOrder(books, order)),
    ...auditLedger(stripe, books),
    ...auditRefunds(stripe, books),
    ...auditProcessor(stripe, books),
    ...auditSplits(books),
    ...auditDrawers(books),
    ...auditSteps(books),
    ...auditInbox(stripe, books),
    ...(await auditTold(pool)),
  ];
}

const CAPTURED = new Set(['COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED']);

/** Each intent that took money is settled by exactly one payment, or has a discrepancy. */
function auditMoney(stripe: StripeSide, books: BookSide): string[] {
  const breaches: string[] = [];
  const live = new Map<string, string[]>();
  for (const intent of stripe.paymentIntents) {
    const { paymentId } = intent.metadata;
    if (paymentId === undefined || !books.payments.some((payment) => payment.id === paymentId)) {
      breaches.push(`intent ${intent.id} belongs to no payment of the database`);
      continue;
    }
    if (intent.status !== 'canceled') live.set(paymentId, [...(live.get(paymentId) ?? []), intent.id]);
    const charges = stripe.charges.filter(
      (charge) => charge.payment_intent === intent.id && charge.status === 'succeeded',
    );
    if (charges.length > 1) breaches.push(`intent ${intent.id} was charged ${charges.length} times`);
    if (intent.status !== 'succeeded') continue;
    const settled = books.payments.filter(
      (payment) => payment.intentId === intent.id && CAPTURED.has(payment.status),
    );
    const isListed = books.discrepancies.some((row) => row.factKey === `unmatched:${intent.id}`);
    const places = settled.length + (isListed ? 1 : 0);
    if (places !== 1) {
      breaches.push(`intent ${intent.id} took ${intent.amount_received} and is settled ${places} times`);
    }
    for (const payment of settled) {
      if (
        payment.totalMinor !== intent.amount_received ||
        payment.currency.toLowerCase() !== intent.currency
      ) {
        breaches.push(
          `payment ${payment.id} says ${payment.totalMinor}, its intent took ${intent.amount_received}`,
        );
      }
    }
  }
  for (const [paymentId, ids] of live) {
    if (ids.length > 1)
      breaches.push(`payment ${paymentId} has ${ids.length} live intents: ${ids.join(', ')}`);
  }
  return breaches;
}

/** A payment agrees with its intent, has each record once, and is not stuck. */
function auditPayment(stripe: StripeSide, books: BookSide, payment: PaymentFacts): string[] {
  const breaches: string[] = [];
  const say = (text: string) => breaches.push(`payment ${payment.id} (${payment.status}) ${text}`);
  const isCaptured = CAPTURED.has(payment.status);
  const once = isCaptured ? 1 : 0;
  if (payment.createdAudits !== 1) say(`was created ${payment.createdAudits} times by its audit`);
  if (payment.completedAudits !== once) say(`was completed ${payment.completedAudits} times by its audit`);
  if (payment.completedEvents !== once) say(`told its completion ${payment.completedEvents} times`);
  if (payment.captures !== once) say(`has ${payment.captures} captures in the ledger`);
  if ((payment.receiptNumber !== null) !== isCaptured) say(`has the receipt number ${payment.receiptNumber}`);
  if (payment.provider !== 'STRIPE') return breaches;

  if (payment.creationState === 'PENDING' || payment.creationState === 'UNKNOWN')
    say(`has an unfinished creation (${payment.creationState})`);
  const isOpen = !isCaptured && payment.status !== 'CANCELLED';
  if (isOpen && payment.pendingTipMinor !== null) say('has a change of tip that nobody ended');
  if (isOpen && payment.isOverdue && payment.status !== 'PROCESSING') say('holds the bill beyond its time');
  const intent = stripe.paymentIntents.find((candidate) => candidate.id === payment.intentId);
  if (!intent) {
    if (payment.status !== 'CANCELLED') say(`has the intent ${payment.intentId}, which Stripe does not know`);
    return breaches;
  }
  const isListed = books.discrepancies.some((row) => row.paymentId === payment.id);
  const expected = STATUSES[intent.status] ?? [];
  if (!expected.includes(payment.status) && !isListed) say(`though its intent is ${intent.status}`);
  if (isOpen && intent.amount !== payment.totalMinor)
    say(`asks ${payment.totalMinor}, its intent ${intent.amount}`);
  return breaches;
}

/** The statuses that a payment may have, by the status of its intent. */
const STATUSES: Readonly<Record<string, readonly string[]>> = {
  requires_payment_method: ['PENDING', 'FAILED'],
  requires_confirmation: ['PENDING', 'FAILED'],
  requires_action: ['PENDING', 'FAILED'],
  processing: ['PROCESSING'],
  succeeded: [...CAPTURED],
  canceled: ['CANCELLED'],
};

/** An order received what its payments say. If that is more than it costs, there is a discrepancy. */
function auditOrder(books: BookSide, order: OrderFacts): string[] {
  const { capturedMinor, refundedMinor, heldMinor, grossMinor, stored } = order;
  const breaches: string[] = [];
  const keptMinor = capturedMinor - refundedMinor;
  const counted = { state: stateOf(order, keptMinor), capturedMinor, refundedMinor };
  if (JSON.stringify(counted) !== JSON.stringify(stored))
    breaches.push(`order ${order.id} is ${JSON.stringify(stored)}, recounted ${JSON.stringify(counted)}`);
  // A payment that covers several orders is listed once, with the first that has too much.
  const isListed = books.discrepancies.some(
    (row) =>
      row.orderId === order.id ||
      (row.factKey.startsWith('over-collected:') &&
        order.parts.some(({ paymentId }) => paymentId === row.paymentId)),
  );
  if (keptMinor + heldMinor > grossMinor && !isListed) {
    const parts = order.parts.map((part) => Object.values(part).join(' ')).join(', ');
    breaches.push(
      `order ${order.id} of ${grossMinor} has received ${keptMinor} and holds ${heldMinor}: ${parts}`,
    );
  }
  return breaches;
}

function stateOf(order: OrderFacts, keptMinor: number): string {
  if (order.capturedMinor > 0 && keptMinor === 0) return 'REFUNDED';
  if (keptMinor > order.grossMinor) return 'OVERPAID';
  if (keptMinor === order.grossMinor) return 'PAID';
  return keptMinor > 0 ? 'PARTIALLY_PAID' : 'UNPAID';
}

/** Every ledger transaction sums to zero, and PROCESSOR_CLEARING equals the processor's balance. */
function auditLedger(stripe: StripeSide, books: BookSide): string[] {
  const breaches = books.ledger
    .filter((entry) => entry.sumMinor !== 0)
    .map((entry) => `ledger entry ${entry.factKey} is out of balance by ${entry.sumMinor}`);
  const currencies = new Set([
    ...books.ledger.map((entry) => entry.currency),
    ...stripe.paymentIntents.map((intent) => intent.currency.toUpperCase()),
  ]);
  for (const currency of currencies) {
    const isOurs = (item: { currency: string }) => item.currency.toUpperCase() === currency;
    const received = sum(stripe.paymentIntents.filter(isOurs).map((intent) => intent.amount_received));
    const refunds = stripe.refunds.filter((refund) => refund.status === 'succeeded' && isOurs(refund));
    const expected =
      received - sum(refunds.map((refund) => refund.amount)) + expectedBesides(stripe, books, currency);
    const booked = sum(books.ledger.filter(isOurs).map((entry) => entry.clearingMinor));
    if (booked !== expected)
      breaches.push(`the ledger has ${booked} ${currency} at the processor, which has ${expected}`);
  }
  return breaches;
}

/** Every event of Stripe is in the inbox and handled. Its primary key makes it unique. */
function auditInbox(stripe: StripeSide, books: BookSide): string[] {
  const states = new Map(books.events.map((event) => [event.eventId, event]));
  return stripe.events.flatMap(({ id, type }) => {
    const event = states.get(id);
    if (!event) return [`event ${id} (${type}) never reached the inbox`];
    if (event.state === 'APPLIED' || event.state === 'IGNORED') return [];
    return [`event ${id} (${type}) is ${event.state}: ${event.error}`];
  });
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
