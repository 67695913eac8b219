// The customer app: a guest pays an order by card, with a tip, and gets the receipt.
import { createPaymentsClient, isPaymentsError, type Outputs } from '@tabsy/payments-client';

type Payment = Outputs['payments']['create'];

export interface Guest {
  url: string;
  /** The guest id that the QR code's session gave this browser. */
  guestSession: string;
  WebSocket?: typeof WebSocket;
}

/**
 * @param confirmCard hands the client secret to Stripe's card form and resolves when the guest has confirmed
 * @returns the address of the receipt, to be opened in a new tab
 */
export async function payOrder(
  guest: Guest,
  orderId: string,
  tipMinor: number,
  confirmCard: (payment: Payment) => Promise<void>,
): Promise<string> {
  const client = createPaymentsClient(guest);
  // Both travel in one request.
  const [config, order] = await Promise.all([
    client.payments.config.query(),
    client.orders.get.query({ orderId }),
  ]);
  if (order.remainingMinor < config.minPaymentMinor) throw new Error('Too little for a card: offer cash.');

  const payment = await client.payments.create.mutate({ orderId, tipMinor });
  const completed = new Promise<void>((resolve, reject) => {
    const done = () => {
      subscription.unsubscribe();
      resolve();
    };
    // A fast card is faster than the first connection: what happened before it listened is in no event.
    const look = async () => {
      const { status } = await client.payments.get.query({ paymentId: payment.id });
      if (status === 'COMPLETED') done();
    };
    const subscription = client.live.payment.subscribe(
      { paymentId: payment.id },
      {
        onData: ({ data }) => {
          if (data.type === 'payment:completed') done();
          else if (data.type === 'live:ready' || data.type === 'live:resync') look().catch(reject);
        },
        onError: reject,
      },
    );
  });
  await confirmCard(payment);
  await completed;
  return (await client.payments.receipt.query({ paymentId: payment.id })).url;
}

/** What a screen says when a call is refused: codes are stable, messages are for people. */
export function explain(error: unknown): string {
  if (!isPaymentsError(error)) return 'Something went wrong.';
  const code = error.data && 'appCode' in error.data ? error.data.appCode : 'NO_ANSWER';
  return code === 'BALANCE_HELD' ? 'Somebody at your table is paying this right now.' : error.message;
}
