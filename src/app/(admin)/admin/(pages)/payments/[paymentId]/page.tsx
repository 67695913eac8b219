import type { Metadata } from 'next';
import { PaymentPage } from '@/ui/admin/payments/payment-page';

export const metadata: Metadata = { title: 'Payment' };

export default async function Page({ params }: PageProps<'/admin/payments/[paymentId]'>) {
  return <PaymentPage paymentId={(await params).paymentId} />;
}
