import type { Metadata } from 'next';
import { SplitsPage } from '@/ui/admin/splits/splits-page';

export const metadata: Metadata = { title: 'Splits' };

export default function Page() {
  return <SplitsPage />;
}
