import { z } from 'zod';
import type { LedgerAccount } from '@/domain/ledger/accounts';
import type { LedgerAccountOfPayment } from '@/domain/ledger/explain';
import { paymentId, platformId } from '../payments/schemas';

/** Business days, both included; without them: all of them. */
const period = { fromDay: z.iso.date().optional(), toDay: z.iso.date().optional() };

export const ledgerScope = z
  .object({
    /** Without it: every restaurant and the platform's own books, for admins alone. */
    restaurantId: platformId.optional(),
    /** Only the platform's own books: money at the processor that belongs to no restaurant. */
    platformOnly: z.boolean().default(false),
    ...period,
  })
  .refine((input) => input.restaurantId === undefined || !input.platformOnly, {
    path: ['platformOnly'],
    error: 'is for the platform’s own books: leave the restaurant out',
  });
export type LedgerScope = z.input<typeof ledgerScope>;

export const ledgerPaymentInput = z.object({ paymentId });
export type LedgerPaymentInput = z.input<typeof ledgerPaymentInput>;

/** One set of books: a restaurant's, or the platform's (null), in one currency. Minor units. */
export interface Books {
  restaurantId: string | null;
  currency: string;
  accounts: {
    account: LedgerAccount;
    name: string;
    type: string;
    debitMinor: number;
    creditMinor: number;
    /** Debits less credits. */
    balanceMinor: number;
  }[];
  debitMinor: number;
  creditMinor: number;
  /** Zero, or the books are broken. */
  balanceMinor: number;
}

export interface PaymentLedgerView {
  paymentId: string;
  restaurantId: string;
  currency: string;
  status: string;
  /** What the postings alone say. */
  explained: LedgerAccountOfPayment;
  /** Whether that is what the payment says of itself. */
  agrees: boolean;
  entries: {
    transactionId: string;
    factKey: string;
    currency: string;
    businessDay: string;
    occurredAt: string;
    /** When it was written here; what moved it may have been earlier. */
    postedAt: string;
    lines: { account: LedgerAccount; name: string; debitMinor: number; creditMinor: number }[];
  }[];
}

/** One line of the accounting journal. Amounts are decimals in major units, one of both empty. */
export interface JournalRow {
  businessDay: string;
  occurredAt: string;
  transactionId: string;
  fact: string;
  restaurantId: string;
  paymentId: string;
  account: string;
  accountName: string;
  accountType: string;
  currency: string;
  debit: string;
  credit: string;
}
