import type { z } from 'zod';
import {
  ensureUsers,
  expireOpenPayments,
  lockSession,
  readOrderReferences,
  replaceItems,
  upsertOrder,
  upsertOrderState,
} from '@/db/sql/platform';
import { lockOrder } from '@/db/sql/read-payment';
import type { Tx } from '@/db/transaction';
import { orderGross, orderPaymentState } from '@/domain/bill';
import type { ServiceContext } from '../context';
import { cancelExpired } from './cancel-expired';
import { type KnownOrder, postOverpayment } from './post-overpayment';
import { orderRow, type SyncOrdersInput, type SyncResult } from './schemas';
import { type RowOutcome, RowRefused, refused, syncRows } from './sync';
import { tellOrder } from './tell-orders';

/**
 * Takes orders with their lines. The tip counts on first insert only; a cancelled order ends its open payments; one that
 * shrank below what was paid leaves the difference as guest credit and a discrepancy (decisions 1 and 11).
 * @throws ServiceError FORBIDDEN, INVALID_INPUT
 */
export async function syncOrders(ctx: ServiceContext, raw: SyncOrdersInput): Promise<SyncResult> {
  const ended: string[] = [];
  const result = await syncRows(ctx, raw, 'orders', orderRow, async (tx, row): Promise<RowOutcome> => {
    await tx.query(lockOrder, [row.id]);
    if (row.tableSessionId !== null) await tx.query(lockSession, [row.tableSessionId]);
    const refs = await tx.maybeOne<References>(readOrderReferences, [
      row.id,
      row.restaurantId,
      row.tableId,
      row.tableSessionId,
      row.guestSessionId,
    ]);
    const wrong = checkReferences(row, refs);
    if (wrong || !refs) return wrong ?? refused('REFERENCE_MISSING', 'The restaurant is not here yet.');
    const tipMinor = await write(tx, row);
    if (tipMinor === null) return { outcome: 'STALE' };

    const { adjustmentMinor } = refs;
    const next = { ...row, orderId: row.id, adjustmentMinor, cancelled: row.status === 'CANCELLED' };
    const grossMinor = orderGross({ ...next, tipMinor });
    const received = { capturedMinor: refs.capturedMinor ?? 0, refundedMinor: refs.refundedMinor ?? 0 };
    await tx.query(upsertOrderState, [
      row.id,
      row.restaurantId,
      orderPaymentState({ grossMinor, ...received }),
    ]);
    if (refs.version !== null) await postOverpayment(tx, ctx, row, refs);
    await tellOrder(tx, row, { tipMinor, totalMinor: grossMinor }, refs, ctx.clock.now());
    if (next.cancelled) {
      const open = await tx.query<{ id: string }>(expireOpenPayments, [row.id, null]);
      tx.afterCommit(() => void ended.push(...open.map((p) => p.id)));
    }
    return { outcome: 'APPLIED' };
  });
  await cancelExpired(ctx, ended, 'The order was cancelled');
  return result;
}

type Row = z.output<typeof orderRow>;
type References = KnownOrder & {
  knownRestaurantId: string | null;
  currency: string;
  otherCurrency: string | null;
  tableFits: boolean;
  sessionFits: boolean;
  guestFits: boolean;
};

function checkReferences(row: Row, refs: References | null): RowOutcome | null {
  if (!refs)
    return refused('REFERENCE_MISSING', `Restaurant ${row.restaurantId} is not here yet: send it first.`);
  if (refs.knownRestaurantId !== null && refs.knownRestaurantId !== row.restaurantId) {
    return refused('RESTAURANT_FIXED', 'An order never moves to another restaurant.');
  }
  if (row.currency.toUpperCase() !== refs.currency) {
    return refused('CURRENCY_MISMATCH', `This restaurant charges in ${refs.currency}.`);
  }
  if (!refs.tableFits)
    return refused('REFERENCE_MISSING', `Table ${row.tableId} of this restaurant is not here yet.`);
  if (!refs.sessionFits) {
    return refused(
      'REFERENCE_MISSING',
      `Table session ${row.tableSessionId} of this restaurant is not here yet.`,
    );
  }
  if (refs.otherCurrency !== null) {
    return refused('CURRENCY_MISMATCH', `The orders of this table session are in ${refs.otherCurrency}.`);
  }
  // The guest's id is a secret: it is not repeated in the message.
  if (!refs.guestFits)
    return refused('REFERENCE_MISSING', 'The guest of this order is not in its table session.');
  return null;
}

/** @returns the order's own tip, which a later version does not change; null: the row is stale */
async function write(tx: Tx, row: Row): Promise<number | null> {
  await tx.query(ensureUsers, [row.customerId === null ? [] : [row.customerId]]);
  const applied = await tx.maybeOne<{ tipMinor: number }>(upsertOrder, [
    row.id,
    row.restaurantId,
    row.tableId,
    row.tableSessionId,
    row.customerId,
    row.guestSessionId,
    row.orderNumber,
    row.status,
    row.currency.toUpperCase(),
    row.subtotalMinor,
    row.taxMinor,
    row.tipMinor,
    row.roundNumber,
    row.placedAt,
    row.version,
    row.serverId,
  ]);
  if (applied === null) return null;
  const taken = await tx.query(replaceItems, [
    row.id,
    row.items.map((i) => i.id),
    row.items.map((i) => i.menuItemId),
    row.items.map((i) => i.name),
    row.items.map((i) => i.quantity),
    row.items.map((i) => i.unitMinor),
    row.items.map((i) => i.subtotalMinor),
    row.items.map((_, index) => index),
  ]);
  if (taken.length < row.items.length)
    throw new RowRefused(
      'ITEM_OF_OTHER_ORDER',
      'A line of this order has the id of a line of another order.',
    );
  return applied.tipMinor;
}
