import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { receiptText } from '@/services/payments/receipt-text';
import { Receipt } from '@/ui/receipt/receipt';
import { readReceipt } from './read-receipt';

export const dynamic = 'force-dynamic';

/** The title is what a browser proposes as the file's name when the receipt is saved. */
export async function generateMetadata({ params }: PageProps<'/r/[token]'>): Promise<Metadata> {
  const receipt = await readReceipt((await params).token);
  return { title: receipt ? `Receipt ${receipt.number} · ${receipt.restaurant.name}` : 'Receipt not found' };
}

/** The public receipt: whoever has the link may read it, until it expires. No loading state, so that 404 stays a 404. */
export default async function ReceiptPage({ params }: PageProps<'/r/[token]'>) {
  const { token } = await params;
  const receipt = await readReceipt(token);
  if (receipt === null) notFound();
  return <Receipt receipt={receiptText(receipt)} pdfHref={`/api/exports/receipts/${token}.pdf`} />;
}
