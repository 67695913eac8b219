import type { BookSide, StripeSide } from './facts';

/**
 * Disputes, balance transactions and payouts are the same on both sides. A balance transaction that the sync has not
 * fetched yet is no breach here (`missingTransactions`). What the database has must be at Stripe, once and with the same amounts.
 */
export function auditProcessor(stripe: StripeSide, books: BookSide): string[] {
  return [
    ...auditDisputes(stripe, books),
    ...auditTransactions(stripe, books),
    ...auditPayouts(stripe, books),
  ];
}

/**
 * What PROCESSOR_CLEARING should have besides captures and refunds: the funds of disputes, the fees of posted
 * transactions, unassigned movements, and payouts that have reached the bank.
 */
export function expectedBesides(stripe: StripeSide, books: BookSide, currency: string): number {
  // Decided by the ledger's facts, as a worker may post while the books are read.
  const facts = new Set(books.ledger.map(({ factKey }) => factKey));
  const isPosted = (id: string) => FACTS.some((kind) => facts.has(`${kind}:${id}`));
  const moved = stripe.balanceTransactions
    .filter((txn) => txn.currency.toUpperCase() === currency && isPosted(txn.id))
    .map((txn) => {
      const category = txn.reporting_category;
      const isBooked = category === 'charge' || category.startsWith('refund');
      return isBooked && isOurs(stripe, books, txn.source) ? -txn.fee : txn.net;
    });
  const paidOut = stripe.payouts
    .filter((payout) => payout.currency.toUpperCase() === currency)
    .filter(({ id }) => facts.has(`payout:${id}:1`) && !facts.has(`payout-failed:${id}:1`))
    .map((payout) => -payout.amount);
  return [...moved, ...paidOut].reduce((sum, minor) => sum + minor, 0);
}

const FACTS = ['fee', 'dispute', 'account-fee', 'unassigned'];

/** Whether the charge of a transaction was made for a payment of ours. */
function isOurs(stripe: StripeSide, books: BookSide, source: unknown): boolean {
  const refund = stripe.refunds.find(({ id }) => id === source);
  const charge = stripe.charges.find(({ id }) => id === (refund ? refund.charge : source));
  return books.payments.some(({ intentId }) => intentId !== null && intentId === charge?.payment_intent);
}

function auditDisputes(stripe: StripeSide, books: BookSide): string[] {
  const rows = new Map(books.disputes.map((dispute) => [dispute.id, dispute]));
  return stripe.disputes.flatMap(
    ({ id, amount, status, payment_intent: intent, balance_transactions: moved }) => {
      if (!books.payments.some(({ intentId }) => intentId === intent)) return [];
      const row = rows.get(id);
      if (!row) return [`dispute ${id} of ${amount} is not in the database`];
      const breaches: string[] = [];
      if (row.amountMinor !== amount)
        breaches.push(`dispute ${id} is ${amount} at Stripe and ${row.amountMinor} here`);
      if (row.status !== status) breaches.push(`dispute ${id} is ${status} at Stripe and ${row.status} here`);
      for (const txn of moved) {
        const times = books.ledger.filter(({ factKey }) => factKey === `dispute:${txn.id}`).length;
        if (times !== 1) breaches.push(`dispute ${id} moved ${txn.net}, which the ledger has ${times} times`);
      }
      return breaches;
    },
  );
}

function auditTransactions(stripe: StripeSide, books: BookSide): string[] {
  const known = new Map(stripe.balanceTransactions.map((txn) => [txn.id, txn]));
  return books.transactions.flatMap((row) => {
    const txn = known.get(row.id);
    if (!txn) return [`balance transaction ${row.id} is unknown to Stripe`];
    const same = txn.amount === row.grossMinor && txn.fee === row.feeMinor && txn.net === row.netMinor;
    return same ? [] : [`balance transaction ${row.id} nets ${txn.net} at Stripe and ${row.netMinor} here`];
  });
}

/** Once the sync has come to the present, every balance transaction of Stripe is in the database. */
export function missingTransactions(stripe: StripeSide, books: BookSide): string[] {
  const known = new Set(books.transactions.map(({ id }) => id));
  return stripe.balanceTransactions
    .filter(({ id }) => !known.has(id))
    .map(({ id, type, net }) => `balance transaction ${id} (${type}) of ${net} is not in the database`);
}

function auditPayouts(stripe: StripeSide, books: BookSide): string[] {
  const rows = new Map(books.payouts.map((payout) => [payout.id, payout]));
  return stripe.payouts.flatMap(({ id, amount, status }) => {
    const row = rows.get(id);
    if (!row) return [`payout ${id} of ${amount} is not in the database`];
    const breaches: string[] = [];
    if (row.amountMinor !== amount)
      breaches.push(`payout ${id} is ${amount} at Stripe and ${row.amountMinor} here`);
    if (row.status !== status) breaches.push(`payout ${id} is ${status} at Stripe and ${row.status} here`);
    if (row.isPosted && row.sharedMinor !== amount)
      breaches.push(`payout ${id} of ${amount} was shared out as ${row.sharedMinor}`);
    return breaches;
  });
}
