import { z } from 'zod';
import { decodeCursor, encodeCursor } from '@/db/cursor';
import { readPaymentStates } from '@/db/sql/platform';
import type { OrderPaymentState } from '@/domain/bill';
import { authorize } from '../authorize';
import type { ServiceContext } from '../context';
import { parseInput } from '../parse';

export const paymentStatesInput = z.object({
  /** Where the last call ended. Without it: from the beginning. */
  cursor: z.string().max(512).optional(),
  limit: z.int().min(1).max(1000).default(200),
});
export type PaymentStatesInput = z.input<typeof paymentStatesInput>;

/** What the bill of an order has received, in minor units. */
export type PaymentStateView = {
  orderId: string;
  restaurantId: string;
  state: OrderPaymentState;
  capturedMinor: number;
  refundedMinor: number;
  currency: string;
  updatedAt: string;
};

/**
 * Payment states of orders in the order of their changes, for the platform to keep its own copy. `cursor` is always
 * answered: pass it next time. An order that changes again comes again; none is ever skipped, as only changes below the
 * oldest running transaction are shown (docs/adr/0009). @throws ServiceError FORBIDDEN, CURSOR_INVALID
 */
export async function listPaymentStates(
  ctx: ServiceContext,
  raw: PaymentStatesInput,
): Promise<{ items: PaymentStateView[]; cursor: string }> {
  authorize(ctx.actor, 'platform.sync', {}, 'Payment states');
  const { cursor, limit } = parseInput(paymentStatesInput, raw);
  const from =
    cursor === undefined ? [0, 0] : decodeCursor(cursor, z.tuple([z.int().min(0), z.int().min(0)]));
  const rows = await ctx.db.query<Row>(readPaymentStates, [from[0], from[1], limit]);
  const last = rows.at(-1);
  return {
    items: rows.map(({ changeXid: _xid, changePosition: _position, updatedAt, ...row }) => ({
      ...row,
      updatedAt: updatedAt.toISOString(),
    })),
    cursor: encodeCursor(last ? [last.changeXid, last.changePosition] : from),
  };
}

type Row = Omit<PaymentStateView, 'updatedAt'> & {
  changeXid: number;
  changePosition: number;
  updatedAt: Date;
};
