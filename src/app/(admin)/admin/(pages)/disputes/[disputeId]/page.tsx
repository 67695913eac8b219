import type { Metadata } from 'next';
import { getDispute } from '@/services/disputes';
import { DisputePage } from '@/ui/admin/disputes/dispute-page';
import { visibleOr404 } from '../../../visible-or-404';

export const metadata: Metadata = { title: 'Dispute' };

export default async function Page({ params }: PageProps<'/admin/disputes/[disputeId]'>) {
  const { disputeId } = await params;
  await visibleOr404((ctx) => getDispute(ctx, { disputeId }));
  return <DisputePage disputeId={disputeId} />;
}
