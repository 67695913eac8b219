// The restaurant dashboard: staff see payments as they happen and take the cash that guests ask to pay.
import { createPaymentsClient, type PaymentsClient } from '@tabsy/payments-client';

export interface Staff {
  url: string;
  /** Asked before every request and connection, so that a refreshed token counts at once. */
  token: () => string | Promise<string>;
  WebSocket?: typeof WebSocket;
}

export function openDashboard(staff: Staff): PaymentsClient {
  return createPaymentsClient(staff);
}

/**
 * Calls `show` for every payment that completes, and `reload` when the page must be read anew: once the server listens for it, as
 * what happened before is in no event, and when too much was missed to be told one by one.
 */
export function watchPayments(
  client: PaymentsClient,
  restaurantId: string,
  show: (line: string) => void,
  reload: () => void,
): { unsubscribe(): void } {
  return client.live.restaurant.subscribe(
    { restaurantId },
    {
      onData: ({ data }) => {
        if (data.type === 'live:ready' || data.type === 'live:resync') reload();
        else if (data.type === 'payment:completed')
          show(`${data.method} ${data.totalMinor} ${data.currency}: paid`);
      },
    },
  );
}

/** Staff press "cash received". `operation` is the press: two clicks of one press take the money once. */
export async function takeCash(
  client: PaymentsClient,
  paymentId: string,
  operation: string,
): Promise<string> {
  const payment = await client.cash.confirm.mutate({ paymentId, idempotencyKey: operation });
  return payment.status;
}
