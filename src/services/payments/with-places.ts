import { paymentPlaces } from '@/db/sql/payment-places';
import type { ServiceContext } from '../context';
import type { ListedPayment, PaymentView } from './view';

interface Place {
  paymentId: string;
  tableName: string | null;
  orderNumbers: string[];
}

/** Adds what people call the table and the orders of each payment, for lists that people read. One query for all. */
export async function withPlaces(
  ctx: ServiceContext,
  views: readonly PaymentView[],
): Promise<ListedPayment[]> {
  if (views.length === 0) return [];
  const rows = await ctx.db.query<Place & Record<string, unknown>>(paymentPlaces, [
    views.map(({ id }) => id),
  ]);
  const places = new Map(rows.map((row) => [row.paymentId, row]));
  return views.map((view) => {
    const place = places.get(view.id);
    return {
      ...view,
      tableName: place?.tableName ?? null,
      orderNumbers: place?.orderNumbers ?? [],
    };
  });
}
