import type { Metadata } from 'next';
import { getCoveredOrders } from '@/services/payments';
import { PaymentPage } from '@/ui/admin/payments/payment-page';
import { visibleOr404 } from '../../../visible-or-404';

export const metadata: Metadata = { title: 'Payment' };

export default async function Page({ params }: PageProps<'/admin/payments/[paymentId]'>) {
  const { paymentId } = await params;
  await visibleOr404((ctx) => getCoveredOrders(ctx, { paymentId }));
  return <PaymentPage paymentId={paymentId} />;
}
