import type { PaymentStateView } from '@/services/platform/payment-states';
import type { Client } from './clients';

const PAGE_SIZE = 1_000;

/** What the platform knows about the orders' money, followed as the platform would: change by change, from a cursor. */
export interface OrderStates {
  /** What was last told about an order; null: nothing yet. */
  latest(orderId: string): Promise<PaymentStateView | null>;
}

export function followOrderStates(service: Client): OrderStates {
  const known = new Map<string, PaymentStateView>();
  let cursor: string | undefined;

  const catchUp = async () => {
    for (;;) {
      const page = await service.platform.orders.paymentStates.query({ cursor, limit: PAGE_SIZE });
      for (const item of page.items) known.set(item.orderId, item);
      cursor = page.cursor;
      if (page.items.length < PAGE_SIZE) return;
    }
  };
  return {
    latest: async (orderId) => {
      await catchUp();
      return known.get(orderId) ?? null;
    },
  };
}
