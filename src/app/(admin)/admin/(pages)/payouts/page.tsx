import type { Metadata } from 'next';
import { PayoutsPage } from '@/ui/admin/payouts/payouts-page';

export const metadata: Metadata = { title: 'Payouts' };

export default function Page() {
  return <PayoutsPage />;
}
