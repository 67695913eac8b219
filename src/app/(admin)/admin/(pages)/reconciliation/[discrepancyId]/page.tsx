import type { Metadata } from 'next';
import { DiscrepancyPage } from '@/ui/admin/reconciliation/discrepancy-page';

export const metadata: Metadata = { title: 'Discrepancy' };

export default async function Page({ params }: PageProps<'/admin/reconciliation/[discrepancyId]'>) {
  return <DiscrepancyPage discrepancyId={(await params).discrepancyId} />;
}
