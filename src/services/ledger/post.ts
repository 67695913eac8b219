import { list } from '@/db/json-list';
import { insertLedgerEntries } from '@/db/sql/ledger';
import type { Tx } from '@/db/transaction';
import { businessDayOf } from '@/domain/business-day';
import type { Posting } from '@/domain/ledger/postings';
import { newId } from '../ids';

/** Whose books: a restaurant's, on its business day. Null: the platform's own, on the day in UTC. */
export type BooksOf = { restaurantId: string; timeZone: string; closingHour: number } | null;

/**
 * A fact that is no step of a payment (those post through payments/record-change.ts). Minor units of `currency`.
 * `factKey` never changes for a fact, so that it posts once.
 */
export interface LedgerFact {
  factKey: string;
  books: BooksOf;
  currency: string;
  paymentId: string | null;
  occurredAt: Date;
  postings: readonly Posting[];
}

/**
 * Posts the facts to the ledger by one statement. Facts without postings are left out. Fails as a whole when one of them is
 * in the ledger already.
 */
export async function postFacts(tx: Tx, facts: readonly LedgerFact[]): Promise<void> {
  const entries = facts.filter((fact) => fact.postings.length > 0).map((fact) => ({ id: newId(), fact }));
  if (entries.length === 0) return;
  await tx.query(insertLedgerEntries, [
    list(
      ...entries.map(({ id, fact }) => ({
        id,
        fact_key: fact.factKey,
        restaurant_id: fact.books?.restaurantId,
        currency: fact.currency,
        payment_id: fact.paymentId,
        business_day: dayOf(fact),
        occurred_at: fact.occurredAt,
      })),
    ),
    list(
      ...entries.flatMap(({ id, fact }) =>
        fact.postings.map((posting, i) => ({
          transaction_id: id,
          line: i + 1,
          account: posting.account,
          amount: posting.amountMinor,
        })),
      ),
    ),
  ]);
}

function dayOf({ books, occurredAt }: LedgerFact): string {
  return books === null
    ? occurredAt.toISOString().slice(0, 10)
    : businessDayOf(occurredAt, books.timeZone, books.closingHour);
}
