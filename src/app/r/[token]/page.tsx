import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Receipt } from '@/ui/receipt/receipt';
import { readReceipt } from './read-receipt';
import { receiptText } from './receipt-text';

export const dynamic = 'force-dynamic';

/** The title is what a browser proposes as the file's name when the receipt is saved. */
export async function generateMetadata({ params }: PageProps<'/r/[token]'>): Promise<Metadata> {
  const receipt = await readReceipt((await params).token);
  return { title: receipt ? `Receipt ${receipt.number} · ${receipt.restaurant.name}` : 'Receipt not found' };
}

/** The public receipt: whoever has the link may read it, until it expires. No loading state, so that 404 stays a 404. */
export default async function ReceiptPage({ params }: PageProps<'/r/[token]'>) {
  const receipt = await readReceipt((await params).token);
  if (receipt === null) notFound();
  return <Receipt receipt={receiptText(receipt)} />;
}
