import type { Metadata } from 'next';
import { TipsPage } from '@/ui/admin/tips/tips-page';

export const metadata: Metadata = { title: 'Tips' };

export default function Page() {
  return <TipsPage />;
}
