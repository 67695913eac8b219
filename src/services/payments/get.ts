import { isOpen } from '@/domain/payment/status';
import { answerInTime } from '../answer-in-time';
import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { parseInput } from '../parse';
import { readRefundable } from '../refunds/refundable';
import { fieldsOf, findRow, fullView, readView, viewResource } from './read-view';
import { refreshFromProcessor } from './refresh';
import { type GetPaymentInput, getPaymentInput } from './schemas';
import type { PaymentDetailView, PaymentView } from './view';

// A reader has an answer already: the stored one.
const REFRESH_LIMIT_MS = 3_000;

/**
 * One payment. Reading an open card payment asks the processor how it stands, so that a lost webhook shows for no longer
 * than the next look (decision 20); when the processor does not answer, what is stored is the answer.
 * @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED
 */
export async function getPayment(ctx: ServiceContext, raw: GetPaymentInput): Promise<PaymentDetailView> {
  const view = await readUpToDate(ctx, raw);
  return { ...view, refundable: await readRefundable(ctx, view) };
}

async function readUpToDate(ctx: ServiceContext, raw: GetPaymentInput): Promise<PaymentView> {
  const { paymentId } = parseInput(getPaymentInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'payment.read');
  const row = await findRow(ctx, paymentId);
  authorize(ctx.actor, 'payment.read', viewResource(row), 'Payment');
  if (!isOpen(row.status)) return fullView(ctx, fieldsOf(row));
  await answerInTime(ctx, refreshFromProcessor(ctx, row), () => false, REFRESH_LIMIT_MS);
  // Read again in any case: while the processor was asked, its webhook may have told.
  return readView(ctx, paymentId);
}
