import { countResentReceipts, renewReceiptLink } from '@/db/sql/notifications';
import type { Tx } from '@/db/transaction';
import { isCaptured } from '@/domain/payment/status';
import { refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { once, operationKey } from '../idempotency';
import { newId } from '../ids';
import { payerAddress, tellPayer } from '../notifications';
import { whyUnwanted } from '../notifications/wanted';
import { parseInput } from '../parse';
import { originOf } from './fact-context';
import { lockPaymentFor } from './locked-payment';
import type { PaymentRow } from './payment-row';
import { recordChange } from './record-change';
import { type ResendReceiptInput, resendReceiptInput } from './schemas';
import type { ResentReceiptView } from './view';

/** Of one payment within a day, whoever asks: a guest's mailbox is not to be filled. */
const MAX_RESENT_A_DAY = 3;

/**
 * Sends the receipt's mail to who paid once more: to the address given for a share, else to that of the account. Once per key;
 * a link that has expired works again. Nothing is queued for who wants no mails; the answer says why.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, PAYMENT_NOT_COMPLETED, RATE_LIMIT_EXCEEDED, IDEMPOTENCY_KEY_REUSED
 */
export async function resendReceipt(
  ctx: ServiceContext,
  raw: ResendReceiptInput,
): Promise<ResentReceiptView> {
  const { idempotencyKey, paymentId } = parseInput(resendReceiptInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'receipt.resend');
  const operation = operationKey(ctx.actor, 'payments.resendReceipt', idempotencyKey, { paymentId });
  return ctx.db.transaction(async (tx) => {
    const row = await lockPaymentFor(tx, ctx, 'receipt.resend', paymentId);
    const { ids } = await once(tx, operation, () => resend(tx, ctx, row));
    return ids;
  });
}

async function resend(tx: Tx, ctx: ServiceContext, row: PaymentRow): Promise<ResentReceiptView> {
  if (!isCaptured(row.status))
    throw new ServiceError('PAYMENT_NOT_COMPLETED', 'There is a receipt once the payment is completed.');
  const email = await payerAddress(tx, row);
  if (email === null) return { outcome: 'NO_ADDRESS' };
  const unwanted = await whyUnwanted(tx, {
    kind: 'PAYMENT_COMPLETED',
    restaurantId: row.restaurantId,
    email,
  });
  if (unwanted !== null) return { outcome: unwanted.by === 'READER' ? 'OPTED_OUT' : 'SWITCHED_OFF' };

  const { count } = await tx.one<{ count: number }>(countResentReceipts, [row.id]);
  if (count >= MAX_RESENT_A_DAY)
    throw new ServiceError(
      'RATE_LIMIT_EXCEEDED',
      `This receipt was sent ${MAX_RESENT_A_DAY} times within a day. Give the guest its link instead.`,
    );
  await tx.query(renewReceiptLink, [row.id, ctx.settings.receiptLinkDays]);
  await tellPayer(tx, row, { kind: 'PAYMENT_COMPLETED', factKey: `receipt-again:${newId()}` });
  await recordChange(tx, originOf(ctx), row, {
    action: 'receipt_sent_again',
    patch: {},
    events: [],
  });
  return { outcome: 'QUEUED' };
}
