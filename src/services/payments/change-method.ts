import { readBill } from '@/db/sql/bill';
import { setPendingMethod, switchToCard } from '@/db/sql/cash';
import type { Tx } from '@/db/transaction';
import { answerInTime } from '../answer-in-time';
import { refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { once, operationKey } from '../idempotency';
import { inProgress } from '../in-progress';
import { parseInput } from '../parse';
import { sessionClosed } from '../table-sessions/session';
import { cancelIntent } from './cancel';
import { assertCardAmount } from './card-amount';
import { ensureIntent } from './ensure-intent';
import { originOf } from './fact-context';
import { lockPaymentFor } from './locked-payment';
import { holdEnd, intentParams } from './open-payment';
import type { PaymentRow } from './payment-row';
import type { BillRow } from './plan';
import { findRow, readView } from './read-view';
import { recordChange } from './record-change';
import { type ChangeMethodInput, changeMethodInput } from './schemas';
import { assertAmountSettled } from './settled-amount';
import type { PaymentView } from './view';

/**
 * Changes how an open payment is to be paid. It keeps its id and its part of the bill. To cash: the intent is cancelled
 * at the processor first, so that a card is never charged beside the cash; applying that fact makes it cash
 * (become-cash.ts). To card: a new intent. Between card and wallet only the name changes: the charge decides in the end
 * (decision 16). A repeat with the same key continues an unfinished change, and does nothing when a later change has
 * followed. A change back to card first ends an unfinished change to cash: that intent may be cancelled already, so the
 * card gets a new one.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, SESSION_CLOSED, ILLEGAL_TRANSITION (not PENDING any
 *   more), METHOD_NOT_SUPPORTED, CREATION_IN_PROGRESS, AMOUNT_BELOW_MINIMUM, AMOUNT_ABOVE_MAXIMUM, AMOUNT_NOT_CHARGEABLE,
 *   IDEMPOTENCY_KEY_REUSED, CARD_DECLINED, PROCESSOR_*
 */
export async function changeMethod(ctx: ServiceContext, raw: ChangeMethodInput): Promise<PaymentView> {
  const { idempotencyKey, ...input } = parseInput(changeMethodInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'payment.change');
  return answerInTime(ctx, change(ctx, idempotencyKey, input), () => {
    throw inProgress('payment');
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
  // The pending method stays until the change is done. Without it, this change is done or another one has followed.
  if (!isFirst && row.pendingMethod !== method)
    return isSameKind && method !== 'CASH' ? 'WAIT_FOR_INTENT' : 'NOTHING';
  const isDeclined = row.status === 'FAILED' && input.evenIfDeclined === true && !isSameKind;
  if (row.status !== 'PENDING' && !isDeclined) throw notChangeable(row.status);
  const [order] = await tx.query<BillRow>(readBill, [[row.orderId], ctx.clock.now()]);
  if (!order) throw new Error(`payment ${row.id} has no order`);
  if (order.sessionClosed) throw sessionClosed();
  if (isSameKind && (row.pendingMethod === null || method === 'CASH')) {
    if (row.pendingMethod !== null) await tx.query(setPendingMethod, [row.id, null]);
    if (row.method !== method) await renamed(tx, ctx, row, method);
    return method === 'CASH' ? 'NOTHING' : 'WAIT_FOR_INTENT';
  }
  if (row.provider !== 'CASH') return startEnding(tx, ctx, row, method);
  return startCard(tx, ctx, row, order, method);
}

function renamed(tx: Tx, ctx: ServiceContext, row: PaymentRow, method: Input['method']): Promise<PaymentRow> {
  return recordChange(tx, originOf(ctx), row, {
    action: 'method_changed',
    patch: { method },
    details: { from: row.method, to: method },
    events: ['payment:status_updated'],
  });
}

/** The intent is to be cancelled: for cash, or for a new intent after a change to cash whose end is not known. */
async function startEnding(
  tx: Tx,
  ctx: ServiceContext,
  row: PaymentRow,
  method: Input['method'],
): Promise<Step> {
  assertAmountSettled(row);
  await tx.query(setPendingMethod, [row.id, method]);
  await recordChange(tx, originOf(ctx), row, {
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
    payingUserId: row.customerId,
    splitGroupId: row.splitGroupId,
    attempt: row.creationAttempt,
    traceparent: ctx.request.traceparent,
  });
  const { settings } = ctx;
  await tx.query(switchToCard, [
    row.id,
    JSON.stringify(params),
    holdEnd({ settings, now: ctx.clock.now() }, row.scope),
  ]);
  await recordChange(tx, originOf(ctx), row, {
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
    // A webhook, or another call that has begun the next intent, was faster: this intent is cancelled already.
    const { provider, paymentIntentId } = await findRow(ctx, row.id);
    if (provider !== 'CASH' && paymentIntentId === row.paymentIntentId) throw error;
  }
}

function notChangeable(status: PaymentRow['status']): ServiceError {
  return new ServiceError('ILLEGAL_TRANSITION', 'The method can be changed while the payment is pending.', {
    details: { status },
  });
}
