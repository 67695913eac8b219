import type { Metadata } from 'next';
import { DisputesPage } from '@/ui/admin/disputes/disputes-page';

export const metadata: Metadata = { title: 'Disputes' };

export default function Page() {
  return <DisputesPage />;
}
