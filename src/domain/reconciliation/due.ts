const HOUR = 3_600;
const DAY = 24 * HOUR;

/** After how many seconds something that one side lacks is late. Until then it is expected. */
export const DUE_SEC = {
  /** A charge's balance transaction comes minutes after the payment, with wallets of some countries a day (Stripe "Asynchronous capture"). */
  chargeTransaction: DAY,
  /** Refunds are taken from the balance within days when it is low (Stripe "Refunds": pending). */
  refundTransaction: 5 * DAY,
  disputeTransaction: DAY,
  /** What the processor has told and we have not applied: events come within seconds, the sweep within minutes. */
  event: HOUR,
  /** A movement that names a payment which is not here. */
  unknownPayment: 3 * DAY,
  /** A payout's reconciliation completes with its arrival. */
  payoutLines: 7 * DAY,
  payoutPosting: DAY,
  /** Banks book a payout up to some working days after its arrival date. */
  bankLine: 5 * DAY,
  /** A bill whose order or table session is closed is paid by then. */
  billOfServedOrder: DAY,
  /** Nobody sits at a table for so long: whatever the platform says of the order, its guests are gone. */
  openBill: 3 * DAY,
  drawerCount: 36 * HOUR,
} as const;
