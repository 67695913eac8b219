import { randomUUID } from 'node:crypto';
import type { SyncOrdersInput } from '@/services/platform/schemas';
import type { DemoPlace } from './seed-places';

/** How many of which dish: `{ margherita: 2 }`. */
export type Basket = Readonly<Record<string, number>>;

export interface DemoOrderRequest {
  place: DemoPlace;
  orderId?: string;
  orderNumber: string;
  tableId: string;
  tableSessionId: string;
  guestSessionId?: string;
  customerId?: string;
  basket: Basket;
  placedAt: Date;
}

/** An order as the platform pushes it: lines from the menu, tax on their sum, rounded half up. */
export function demoOrderRow(request: DemoOrderRequest): SyncOrdersInput['orders'][number] {
  const { place, basket } = request;
  const orderId = request.orderId ?? `demo-order-${randomUUID()}`;
  const items = Object.entries(basket).map(([dishId, quantity]) => {
    const dish = place.menu.find((candidate) => candidate.id === dishId);
    if (!dish) throw new Error(`${place.name} has no dish ${dishId}`);
    return {
      id: `${orderId}-${dishId}`,
      menuItemId: dishId,
      name: dish.name,
      quantity,
      unitMinor: dish.unitMinor,
      subtotalMinor: dish.unitMinor * quantity,
    };
  });
  const subtotalMinor = items.reduce((sum, item) => sum + item.subtotalMinor, 0);
  return {
    id: orderId,
    restaurantId: place.id,
    tableId: request.tableId,
    tableSessionId: request.tableSessionId,
    guestSessionId: request.guestSessionId ?? null,
    customerId: request.customerId ?? null,
    orderNumber: request.orderNumber,
    status: 'DELIVERED',
    currency: place.currency,
    subtotalMinor,
    taxMinor: taxOf(subtotalMinor, place.taxPer100000),
    tipMinor: 0,
    placedAt: request.placedAt,
    items,
    version: 1,
  };
}

function taxOf(subtotalMinor: number, taxPer100000: number): number {
  const scaled = subtotalMinor * taxPer100000 + 50_000;
  return (scaled - (scaled % 100_000)) / 100_000;
}
