import { readBill } from '@/db/sql/bill';
import { startShareChange } from '@/db/sql/share-change';
import { followSplitPayment, lockOrdersOfGroup, lockOrdersOfGroupOf } from '@/db/sql/splits';
import type { Tx } from '@/db/transaction';
import { amountsOf, type ShareShape, shapeOf, shapeOfRow, shapeTotal } from '@/domain/payment/share-shape';
import { shrinkShare } from '@/domain/payment/shrink-share';
import { isChangeable } from '@/domain/payment/status';
import type { WantedShare } from '@/domain/split-change';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { assertCardAmount, assertCashAmount } from './card-amount';
import { originOf } from './fact-context';
import { lockPayment } from './locked-payment';
import { billPart, ownTip, type PaymentRow } from './payment-row';
import { type BillRow, planPayment } from './plan';
import { findRow } from './read-view';
import { recordChange } from './record-change';
import { settlePendingShare } from './settle-pending-share';
import { hasPendingAmount, settleLostChange } from './settled-amount';
import { storeParts } from './store-parts';
import { type PendingAmount, tellAmount } from './tell-amount';

/**
 * Changes the part of the bill that an open share of a group covers. The processor's amount follows and the client
 * secret stays. Both shapes are noted before the processor is told, and the larger one is held: whichever of both
 * amounts the guest's card then pays, the payment settles with it, and no other payment has taken it. A share grows
 * into what the bill has free, never beyond. Doing it again does nothing.
 * @param assertStillWanted throws when it is wanted no longer; under the locks that the share is changed under
 * @throws ServiceError ILLEGAL_TRANSITION, CREATION_IN_PROGRESS, AMOUNT_ABOVE_AVAILABLE, BALANCE_HELD,
 *   AMOUNT_BELOW_MINIMUM, AMOUNT_ABOVE_MAXIMUM, AMOUNT_NOT_CHARGEABLE, PROCESSOR_REFUSED, PROCESSOR_UNAVAILABLE,
 *   PROCESSOR_OUTCOME_UNKNOWN
 */
export async function changeShare(
  ctx: ServiceContext,
  wanted: WantedShare,
  assertStillWanted: (tx: Tx) => Promise<void>,
): Promise<void> {
  const seen = await findRow(ctx, wanted.paymentId);
  // A change whose answer was lost is settled by looking, before the next one starts.
  await settleLostChange(ctx, seen);
  const started = await ctx.db.transaction(async (tx) => {
    const row = await lockShare(tx, wanted.paymentId);
    await assertStillWanted(tx);
    return start(tx, ctx, row, wanted);
  });
  if (started) await tellAmount(ctx, started, { settle: settlePendingShare, assertChangeable: assertStatus });
}

/** Null: nothing is left to do, as it is that already, has no intent, or its total stays. */
async function start(
  tx: Tx,
  ctx: ServiceContext,
  row: PaymentRow,
  wanted: WantedShare,
): Promise<PendingAmount | null> {
  const ownTipMinor = wantedTip(wanted, ownTip(row));
  const changeMinor = wanted.billPartMinor - billPart(row);
  if (changeMinor === 0 && ownTipMinor === ownTip(row) && row.pendingShare === null) return null;
  assertReady(row);
  const before = shapeOfRow(row);
  const after = shapeOf(await partsFor(tx, ctx, row, changeMinor), ownTipMinor);
  const totalMinor = shapeTotal(after);
  if (row.provider === 'CASH') assertCashAmount(totalMinor);
  else assertCardAmount(ctx.settings, row, { totalMinor, remainingAfterMinor: 0 });
  if (row.provider === 'CASH' || totalMinor === shapeTotal(before)) {
    await storeParts(tx, row.id, after);
    await recordChange(tx, originOf(ctx), row, {
      action: 'share_changed',
      patch: amountsOf(after),
      details: detailsOf(before, after),
      events: ['payment:status_updated'],
    });
    return null;
  }
  const grows = changeMinor > 0;
  const held = grows ? after : before;
  await storeParts(tx, row.id, held);
  await recordChange(tx, originOf(ctx), row, {
    action: 'share_change_requested',
    patch: amountsOf(held),
    details: detailsOf(before, after),
    events: [],
  });
  await tx.query(followSplitPayment, [row.id]);
  const other = grows ? { ...before, isWanted: false } : { ...after, isWanted: true };
  const { sequence } = await tx.one<{ sequence: number }>(startShareChange, [row.id, JSON.stringify(other)]);
  return { row, totalMinor, sequence };
}

function wantedTip({ ownTipMinor, fromOwnTipMinor }: WantedShare, nowMinor: number): number {
  const isPayersOwn = fromOwnTipMinor !== undefined && fromOwnTipMinor !== nowMinor;
  return ownTipMinor === null || isPayersOwn ? nowMinor : ownTipMinor;
}

/** With all orders of its group locked: what is free for it may lie in one that it does not cover yet. */
async function lockShare(tx: Tx, paymentId: string): Promise<PaymentRow> {
  await tx.query(lockOrdersOfGroupOf, [paymentId]);
  const row = await lockPayment(tx, paymentId);
  if (!row) throw new Error(`share ${paymentId} vanished`);
  return row;
}

/** Growing adds to each part, shrinking takes from each: the larger share covers all of the smaller one. */
async function partsFor(
  tx: Tx,
  ctx: ServiceContext,
  row: PaymentRow,
  changeMinor: number,
): Promise<ShareShape['allocations']> {
  const { allocations } = shapeOfRow(row);
  if (changeMinor <= 0) return shrinkShare(allocations, billPart(row) + changeMinor);
  const orderIds = await tx.query<{ id: string }>(lockOrdersOfGroup, [row.splitGroupId]);
  const bill = await tx.query<BillRow>(readBill, [orderIds.map(({ id }) => id), ctx.clock.now()]);
  const added = planPayment(bill, changeMinor).allocations;
  const ids = [...new Set([...allocations, ...added].map((part) => part.orderId))];
  return ids.map((orderId) => {
    const parts = [...allocations, ...added].filter((part) => part.orderId === orderId);
    const sum = (key: 'subtotalMinor' | 'taxMinor' | 'tipMinor') =>
      parts.reduce((all, part) => all + part[key], 0);
    return {
      orderId,
      subtotalMinor: sum('subtotalMinor'),
      taxMinor: sum('taxMinor'),
      tipMinor: sum('tipMinor'),
    };
  });
}

function assertReady(row: PaymentRow): void {
  assertStatus(row.status);
  // A cash request that is wished back to card has no intent either: the next one is created with what it is then.
  const isReady = row.provider === 'CASH' || (row.creationState === 'CREATED' && row.pendingMethod === null);
  if (isReady && !hasPendingAmount(row)) return;
  throw new ServiceError(
    'CREATION_IN_PROGRESS',
    'This share is being prepared or changed. Try again in a moment.',
  );
}

function assertStatus(status: PaymentRow['status']): void {
  if (isChangeable(status)) return;
  throw new ServiceError('ILLEGAL_TRANSITION', 'A share can be changed until its payment is on its way.', {
    details: { status },
  });
}

function detailsOf(before: ShareShape, after: ShareShape) {
  return { fromMinor: shapeTotal(before), toMinor: shapeTotal(after) };
}
