import type { Tx } from '@/db/transaction';
import { newId } from '../ids';
import { emitLive } from '../live/emit';
import type { LiveEvent } from '../live/events';
import type { KnownOrder } from './post-overpayment';

type OrderEventType = Extract<LiveEvent, { type: `order:${string}` }>['type'];

/** What a sync changed of an order, for everyone who sees it. */
export async function tellOrder(
  tx: Tx,
  row: {
    id: string;
    restaurantId: string;
    tableId: string | null;
    tableSessionId: string | null;
    status: string;
    subtotalMinor: number;
    taxMinor: number;
    currency: string;
  },
  money: { tipMinor: number; totalMinor: number },
  before: KnownOrder,
  now: Date,
): Promise<void> {
  await emitLive(
    tx,
    typesOf(row, before).map((type) => ({
      eventId: newId(),
      type,
      at: now.toISOString(),
      restaurantId: row.restaurantId,
      orderId: row.id,
      tableId: row.tableId,
      tableSessionId: row.tableSessionId,
      paymentId: null,
      previousStatus: before.knownStatus,
      status: row.status,
      subtotalMinor: row.subtotalMinor,
      taxMinor: row.taxMinor,
      ...money,
      currency: row.currency.toUpperCase(),
    })) satisfies LiveEvent[],
  );
}

/** A new status alone is no update of the order: its amounts or lines would be. */
function typesOf(
  row: { status: string; subtotalMinor: number; taxMinor: number },
  before: KnownOrder,
): OrderEventType[] {
  if (before.version === null) return ['order:created'];
  if (before.knownStatus === row.status) return ['order:updated'];
  const isSameBill = before.subtotalMinor === row.subtotalMinor && before.taxMinor === row.taxMinor;
  return isSameBill ? ['order:status_updated'] : ['order:updated', 'order:status_updated'];
}
