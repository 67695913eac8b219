import type { PrintedDocument, PrintedSection } from '@/documents/pdf';
import type { ServiceContext } from '../context';
import { getReceiptByToken } from '../payments/receipt';
import { type ReceiptText, receiptText } from '../payments/receipt-text';

/**
 * The receipt behind a link, to print: the same words as its page.
 * @throws ServiceError NOT_FOUND, INVALID_INPUT, PAYMENT_NOT_COMPLETED
 */
export async function printReceipt(ctx: ServiceContext, token: string): Promise<PrintedDocument> {
  return toDocument(receiptText(await getReceiptByToken(ctx, { token })));
}

const COLUMNS = [
  { label: '', width: 3 },
  { label: '', width: 1, align: 'right' as const },
];

function toDocument(receipt: ReceiptText): PrintedDocument {
  const orders = receipt.orders.map((order) =>
    section(
      order.title,
      order.lines.map((line) => [
        line.detail === null ? line.name : `${line.name}\n${line.detail}`,
        line.amount,
      ]),
    ),
  );
  const amounts = receipt.amounts.map(({ label, amount }) => [label, amount]);
  const refunds = receipt.refunds.map((refund) => [`${refund.label}\n${refund.detail}`, refund.amount]);
  return {
    title: receipt.restaurantName,
    facts: [
      ...receipt.address,
      ...receipt.facts.map(({ label, value }) => `${label}: ${value}`),
      ...(receipt.refundedNote === null ? [] : [receipt.refundedNote]),
      ...(receipt.partNote === null ? [] : [receipt.partNote]),
    ],
    sections: [
      ...orders,
      { ...section('Your payment', amounts), total: ['Total', receipt.total] },
      ...(receipt.remaining === null
        ? []
        : [{ ...section('Refunds', refunds), total: ['Paid after refunds', receipt.remaining] }]),
    ],
    closing: 'Thank you for your visit.',
  };
}

function section(heading: string, rows: string[][]): PrintedSection {
  return { heading, hasHeader: false, columns: COLUMNS, rows };
}
