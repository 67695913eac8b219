import { answerInTime } from '../answer-in-time';
import { refuseStranger } from '../authorize';
import { confirmCash } from '../cash/confirm';
import type { ServiceContext } from '../context';
import { stepKey } from '../idempotency';
import { inProgress } from '../in-progress';
import { parseInput } from '../parse';
import { becomeCashFor } from '../payments/change-method';
import type { PaymentView } from '../payments/view';
import { type SplitPaymentInput, splitPaymentInput } from './schemas';
import { findSplitPayment } from './split-payment';

/**
 * Staff took a payment of a live split in cash. An open card payment becomes a cash request first: its intent is cancelled
 * at the processor, so that no card is charged beside the cash. A repeat with the same key goes on where the first try ended.
 * @throws ServiceError NOT_VISIBLE, NOT_FOUND, FORBIDDEN, UNAUTHENTICATED, SESSION_CLOSED, ILLEGAL_TRANSITION (paid by card,
 *   processing, cancelled), CREATION_IN_PROGRESS, IDEMPOTENCY_KEY_REUSED, PROCESSOR_*
 */
export async function takeSplitPaymentInCash(
  ctx: ServiceContext,
  raw: SplitPaymentInput,
): Promise<PaymentView> {
  const { idempotencyKey: key, ...input } = parseInput(splitPaymentInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'cash.confirm');
  return answerInTime(ctx, take(ctx, input, key), () => {
    throw inProgress('payment');
  });
}

async function take(
  ctx: ServiceContext,
  input: Omit<SplitPaymentInput, 'idempotencyKey'>,
  key: string,
): Promise<PaymentView> {
  const { paymentId } = input;
  const payment = await findSplitPayment(ctx, 'cash.confirm', input);
  if (payment.provider !== 'CASH')
    await becomeCashFor(ctx, { paymentId, idempotencyKey: stepKey(key, 'method') });
  return confirmCash(ctx, { paymentId, idempotencyKey: stepKey(key, 'cash') });
}
