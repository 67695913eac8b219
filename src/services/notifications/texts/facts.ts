/** What texts speak about, ready to be read: amounts in the restaurant's currency and locale, links complete. */
export interface MailFacts {
  restaurantName: string;
  orderNumber: string | null;
  /** Of the payment, the refund, the share or the dispute: what the mail is about. */
  amount: string;
  receiptNumber: string | null;
  receiptUrl: string | null;
  /** Why a payment failed, in a guest's words. */
  reason: string | null;
  /** The last day for evidence. */
  deadline: string | null;
}

export interface MailText {
  subject: string;
  /** Each becomes a paragraph. */
  paragraphs: readonly string[];
}

export type Text = (facts: MailFacts) => MailText;
