import type { Tx } from '@/db/transaction';
import type { ServiceContext } from '../context';
import { onceLocked, operationKey, stepKey } from '../idempotency';
import type { CreateIntentParams } from '../ports';
import { ensureIntent } from './ensure-intent';
import type { OpenedPayment } from './open-payment';
import { findRow, readView } from './read-view';
import { cancelOutdated, takeNewTip } from './reuse';
import { assertAmountSettled, hasPendingAmount, settleLostChange } from './settled-amount';
import type { PaymentView } from './view';

/**
 * The steps that every way to start a payment shares: under the bill's lock (`lock`), once per key, find the payer's open
 * payment or open one (`open`); after the commit bring it up at the processor, where cash has nothing to do. One that no longer
 * fits is cancelled first, then both run again.
 * @param request.input the parsed input without its key
 * @param lock takes the locks, and authorizes by what it reads under them: of a repeat too
 * @throws ServiceError what `lock` and `open` throw, IDEMPOTENCY_KEY_REUSED, CREATION_IN_PROGRESS, CARD_DECLINED, PROCESSOR_*
 */
export async function startPayment<Locked>(
  ctx: ServiceContext,
  request: { procedure: string; key: string; input: { tipMinor: number } },
  lock: (tx: Tx) => Promise<Locked>,
  open: (tx: Tx, locked: Locked) => Promise<OpenedPayment>,
): Promise<PaymentView> {
  const { procedure, key, input } = request;
  const operation = operationKey(ctx.actor, procedure, key, input);
  await ctx.checkpoint('create.before-first-transaction');
  let stored: CreateIntentParams | undefined;
  const opened = await ctx.db.transaction(
    (tx) =>
      onceLocked(
        tx,
        operation,
        () => lock(tx),
        async (locked) => {
          const { params, ...ids } = await open(tx, locked);
          stored = params;
          return ids;
        },
      ),
    { beginsLoosely: true },
  );
  await ctx.checkpoint('create.after-first-transaction');
  const { paymentId, next } = opened.ids;
  if (next === 'CANCEL_FIRST') {
    await cancelOutdated(ctx, paymentId, stepKey(key, 'cancel'));
    return startPayment(ctx, { ...request, key: stepKey(key, 'again') }, lock, open);
  }
  if (opened.isFirst) ctx.wake('outbox');
  await ensureIntent(ctx, paymentId, {
    isOpener: opened.isFirst && next === 'CREATE_INTENT',
    params: stored,
  });
  if (next === 'CHANGE_TIP') await takeNewTip(ctx, paymentId, input.tipMinor, stepKey(key, 'tip'));
  else if (!opened.isFirst) await settleAmount(ctx, paymentId);
  return readView(ctx, paymentId);
}

/** A repeat answers the payment as it is now: its tip may have been changed since, with an end that is not known. */
async function settleAmount(ctx: ServiceContext, paymentId: string): Promise<void> {
  const seen = await findRow(ctx, paymentId);
  if (!hasPendingAmount(seen)) return;
  await settleLostChange(ctx, seen);
  assertAmountSettled(await findRow(ctx, paymentId));
}
