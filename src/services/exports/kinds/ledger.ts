import { z } from 'zod';
import { countJournal, journal } from '../../ledger/journal';
import type { JournalRow } from '../../ledger/schemas';
import { platformId } from '../../payments/schemas';
import { period, yesOrNo } from '../filters';
import { exportKind } from '../kind';

const columns: Record<keyof JournalRow, string> = {
  businessDay: 'Business day',
  occurredAt: 'Time (UTC)',
  transactionId: 'Entry',
  fact: 'Fact',
  restaurantId: 'Restaurant',
  paymentId: 'Payment',
  account: 'Account',
  accountName: 'Account name',
  accountType: 'Account type',
  currency: 'Currency',
  debit: 'Debit',
  credit: 'Credit',
};

/** The accounting journal of a period in double-entry rows: reproduces the sums of ledger.trialBalance. */
export const ledger = exportKind({
  action: 'ledger.read',
  filters: z.strictObject({
    restaurantId: platformId.optional(),
    platformOnly: yesOrNo.optional(),
    ...period,
  }),
  columns,
  rows: async (ctx, filters) => journal(ctx, filters),
  count: async (ctx, filters) => countJournal(ctx, filters),
});
