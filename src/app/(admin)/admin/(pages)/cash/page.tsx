import type { Metadata } from 'next';
import { CashPage } from '@/ui/admin/cash/cash-page';

export const metadata: Metadata = { title: 'Cash' };

export default function Page() {
  return <CashPage />;
}
