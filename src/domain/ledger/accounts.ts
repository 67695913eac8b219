/**
 * The chart of accounts. One set per restaurant and currency; `type` says which side grows the balance:
 * ASSET and EXPENSE grow by debits (positive amounts), LIABILITY and REVENUE by credits (negative amounts).
 * REFUNDS is contra revenue: it lies on the revenue side and grows by debits.
 */
export const LEDGER_ACCOUNTS = {
  PROCESSOR_CLEARING: { type: 'ASSET', name: 'Money at the processor, not paid out yet' },
  CASH_DRAWER: { type: 'ASSET', name: 'Cash taken by staff' },
  CASH_SAFE: {
    type: 'ASSET',
    name: 'Cash outside the drawer: where floats come from and counted drawers go',
  },
  BANK: { type: 'ASSET', name: 'Payouts received at the bank' },
  CURRENCY_EXCHANGE: { type: 'ASSET', name: 'Money that the processor changed into its settlement currency' },
  SALES: { type: 'REVENUE', name: 'Food and drink sold, without tax and tip' },
  REFUNDS: { type: 'CONTRA_REVENUE', name: 'Sales given back' },
  TAX_PAYABLE: { type: 'LIABILITY', name: 'Tax owed to the authorities' },
  TIPS_PAYABLE: { type: 'LIABILITY', name: 'Tips owed to staff' },
  GUEST_CREDIT: { type: 'LIABILITY', name: 'Over-collected, owed to guests' },
  UNMATCHED_RECEIPTS: { type: 'LIABILITY', name: 'Received for no known payment, to be resolved' },
  CASH_OVER_SHORT: { type: 'EXPENSE', name: 'Counted cash above or below what was expected' },
  PROCESSOR_FEES: { type: 'EXPENSE', name: 'Fees of the processor' },
  DISPUTE_LOSSES: { type: 'EXPENSE', name: 'Amounts withdrawn by disputes' },
  DISPUTE_FEES: { type: 'EXPENSE', name: 'Fees for disputes' },
} as const;

export type LedgerAccount = keyof typeof LEDGER_ACCOUNTS;
