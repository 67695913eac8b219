/** A receipt as it is shown: every amount and time already in the restaurant's words. */
export interface ReceiptText {
  restaurantName: string;
  /** One entry a line. */
  address: string[];
  total: string;
  /** How much of it was given back, in words; null while nothing was. */
  refundedNote: string | null;
  facts: { label: string; value: string }[];
  /** Says that the lines below are more than this payment paid; null when they are exactly what it paid. */
  partNote: string | null;
  orders: { title: string; lines: { name: string; detail: string | null; amount: string }[] }[];
  amounts: { label: string; amount: string }[];
  refunds: { label: string; detail: string; amount: string }[];
  /** What the payment came down to; null while nothing was refunded. */
  remaining: string | null;
  validUntil: string;
}
