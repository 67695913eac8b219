import { readBill } from '@/db/sql/bill';
import { setPendingMethod, switchToCard } from '@/db/sql/cash';
import type { Tx } from '@/db/transaction';
import { answerInTime } from '../answer-in-time';
import { refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { once, operationKey } from '../idempotency';
import { parseInput } from '../parse';
import { cancelIntent } from './cancel';
import { assertCardAmount } from './card-amount';
import { creationInProgress, ensureIntent } from './ensure-intent';
import { lockPaymentFor } from './locked-payment';
import { holdEnd, intentParams } from './open-payment';
import type { PaymentRow } from './payment-row';
import type { BillRow } from './plan';
import { findRow, readView } from './read-view';
import { recordChange } from './record-change';
import { type ChangeMethodInput, changeMethodInput } from './schemas';
import type { PaymentView } from './view';

/**
 * Changes how an open payment is to be paid, keeping its id and its part of the bill. To cash: the intent is cancelled at the
 * processor first, and whoever hears of that goes on (become-cash.ts), so that a card is never charged beside the cash. To
 * card: a new intent. Between card and wallet nothing but the name changes: the charge decides in the end (decision 16).
 * A repeat with the same key goes on with what is unfinished, and does nothing when a later change has followed. A change back
 * to card while one to cash is unfinished ends that first, as the intent may be cancelled already: the card gets another.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, SESSION_CLOSED, ILLEGAL_TRANSITION (not PENDING any more),
 *   CREATION_IN_PROGRESS, AMOUNT_BELOW_MINIMUM, AMOUNT_ABOVE_MAXIMUM, AMOUNT_NOT_CHARGEABLE, IDEMPOTENCY_KEY_REUSED,
 *   CARD_DECLINED, PROCESSOR_*
 */
export async function changeMethod(ctx: ServiceContext, raw: ChangeMethodInput): Promise<PaymentView> {
  const { idempotencyKey, ...input } = parseInput(changeMethodInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'payment.change');
  return answerInTime(ctx, change(ctx, idempotencyKey, input), () => {
    throw creationInProgress();
  });
}

/**
 * Staff hold the cash of a card payment in their hands: it becomes a cash request as above, also after a decline.
 * @throws ServiceError as changeMethod
 */
export async function becomeCashFor(
  ctx: ServiceContext,
  { paymentId, idempotencyKey }: { paymentId: string; idempotencyKey: string },
): Promise<void> {
  await change(ctx, idempotencyKey, { paymentId, method: 'CASH', evenIfDeclined: true });
}

type Input = { paymentId: string; method: 'CARD' | 'DIGITAL_WALLET' | 'CASH'; evenIfDeclined?: true };
type Step = 'NOTHING' | 'CREATE_INTENT' | 'WAIT_FOR_INTENT' | 'CANCEL_INTENT';

async function change(ctx: ServiceContext, key: string, input: Input): Promise<PaymentView> {
  const operation = operationKey(ctx.actor, 'payments.changeMethod', key, input);
  const next = () =>
    ctx.db.transaction(async (tx) => {
      const row = await lockPaymentFor(tx, ctx, 'payment.change', input.paymentId);
      const { isFirst } = await once(tx, operation, async () => ({ paymentId: row.id }));
      return { row, step: await decideStep(tx, ctx, row, input, isFirst) };
    });
  let { row, step } = await next();
  if (step === 'CANCEL_INTENT') {
    await endIntent(ctx, row);
    if (input.method !== 'CASH') ({ row, step } = await next());
  }
  if (step === 'CREATE_INTENT') await ensureIntent(ctx, row.id, { isOpener: true });
  if (step === 'WAIT_FOR_INTENT') await ensureIntent(ctx, row.id, { isOpener: false });
  ctx.wake('outbox');
  return readView(ctx, row.id);
}

async function decideStep(
  tx: Tx,
  ctx: ServiceContext,
  row: PaymentRow,
  input: Input,
  isFirst: boolean,
): Promise<Step> {
  const { method } = input;
  const isSameKind = (row.provider === 'CASH') === (method === 'CASH');
  // The note of the last wish lasts until it is so: without it, this one is done or another has followed.
  if (!isFirst && row.pendingMethod !== method)
    return isSameKind && method !== 'CASH' ? 'WAIT_FOR_INTENT' : 'NOTHING';
  const isDeclined = row.status === 'FAILED' && input.evenIfDeclined === true && !isSameKind;
  if (row.status !== 'PENDING' && !isDeclined) throw notChangeable(row.status);
  const [order] = await tx.query<BillRow>(readBill, [[row.orderId], ctx.clock.now()]);
  if (!order) throw new Error(`payment ${row.id} has no order`);
  if (order.sessionClosed)
    throw new ServiceError('SESSION_CLOSED', 'This table session is closed. Ask the staff.');
  if (isSameKind && (row.pendingMethod === null || method === 'CASH')) {
    if (row.pendingMethod !== null) await tx.query(setPendingMethod, [row.id, null]);
    if (row.method !== method) await renamed(tx, ctx, row, method);
    return method === 'CASH' ? 'NOTHING' : 'WAIT_FOR_INTENT';
  }
  if (row.provider !== 'CASH') return startEnding(tx, ctx, row, method);
  return startCard(tx, ctx, row, order, method);
}

function renamed(tx: Tx, ctx: ServiceContext, row: PaymentRow, method: Input['method']): Promise<PaymentRow> {
  return recordChange(tx, who(ctx), row, {
    action: 'method_changed',
    patch: { method },
    details: { from: row.method, to: method },
    events: ['payment:status_updated'],
  });
}

/** The intent is to be ended, for cash, or for another one after a change to cash of which nobody knows the end. */
async function startEnding(
  tx: Tx,
  ctx: ServiceContext,
  row: PaymentRow,
  method: Input['method'],
): Promise<Step> {
  if (row.pendingTipMinor !== null || row.pendingShare !== null)
    throw new ServiceError(
      'CREATION_IN_PROGRESS',
      'A change of this payment is being confirmed. Try again in a moment.',
    );
  await tx.query(setPendingMethod, [row.id, method]);
  await recordChange(tx, who(ctx), row, {
    action: 'method_change_requested',
    patch: {},
    details: { from: row.method, to: method },
    events: [],
  });
  return 'CANCEL_INTENT';
}

async function startCard(
  tx: Tx,
  ctx: ServiceContext,
  row: PaymentRow,
  order: BillRow,
  method: Input['method'],
): Promise<Step> {
  assertCardAmount(ctx.settings, order, { totalMinor: row.totalMinor, remainingAfterMinor: 0 });
  const params = intentParams(row.id, order, {
    amountMinor: row.totalMinor,
    customerId: null,
    saveCard: false,
    attempt: row.creationAttempt,
    traceparent: ctx.request.traceparent,
  });
  const { settings } = ctx;
  await tx.query(switchToCard, [
    row.id,
    JSON.stringify(params),
    holdEnd({ settings, now: ctx.clock.now() }, row.scope),
  ]);
  await recordChange(tx, who(ctx), row, {
    action: 'method_changed',
    patch: { method, provider: 'STRIPE', creationState: 'PENDING' },
    details: { from: 'CASH', to: method },
    events: ['payment:status_updated'],
  });
  return 'CREATE_INTENT';
}

async function endIntent(ctx: ServiceContext, row: PaymentRow): Promise<void> {
  try {
    await cancelIntent(ctx, row);
  } catch (error) {
    // A webhook was faster, or another call that is at the next intent already: what was asked for is so.
    const { provider, paymentIntentId } = await findRow(ctx, row.id);
    if (provider !== 'CASH' && paymentIntentId === row.paymentIntentId) throw error;
  }
}

function who(ctx: ServiceContext) {
  return { actor: ctx.actor, requestId: ctx.request.id, now: ctx.clock.now() };
}

function notChangeable(status: PaymentRow['status']): ServiceError {
  return new ServiceError('ILLEGAL_TRANSITION', 'The method can be changed while the payment is pending.', {
    details: { status },
  });
}
