import type { Metadata } from 'next';
import { getDiscrepancy } from '@/services/reconciliation';
import { DiscrepancyPage } from '@/ui/admin/reconciliation/discrepancy-page';
import { visibleOr404 } from '../../../visible-or-404';

export const metadata: Metadata = { title: 'Discrepancy' };

export default async function Page({ params }: PageProps<'/admin/reconciliation/[discrepancyId]'>) {
  const { discrepancyId } = await params;
  await visibleOr404((ctx) => getDiscrepancy(ctx, { discrepancyId }));
  return <DiscrepancyPage discrepancyId={discrepancyId} />;
}
