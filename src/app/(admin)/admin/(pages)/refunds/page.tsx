import type { Metadata } from 'next';
import { RefundsPage } from '@/ui/admin/refunds/refunds-page';

export const metadata: Metadata = { title: 'Refunds' };

export default function Page() {
  return <RefundsPage />;
}
