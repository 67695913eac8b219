import type { Metadata } from 'next';
import { DisputePage } from '@/ui/admin/disputes/dispute-page';

export const metadata: Metadata = { title: 'Dispute' };

export default async function Page({ params }: PageProps<'/admin/disputes/[disputeId]'>) {
  return <DisputePage disputeId={(await params).disputeId} />;
}
