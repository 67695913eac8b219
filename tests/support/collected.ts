import { intentsOfOrder, rows } from '../integration/payments/support';
import type { TestApp } from './app';

/** Bill money that Stripe's side and the drawer hold for an order, without own tips and what went back. */
export async function collected(app: TestApp, orderId: string): Promise<number> {
  const [cash] = await rows<{ cash: number }>(
    app,
    `SELECT coalesce(sum(total_amount - refunded_amount), 0)::int AS cash FROM payments
     WHERE order_id = $1 AND provider = 'CASH' AND status IN ('COMPLETED', 'PARTIALLY_REFUNDED')`,
    [orderId],
  );
  const intents = intentsOfOrder(app, orderId);
  const ids = new Set(intents.map(({ id }) => id));
  const back = app.simulator.control
    .state()
    .refunds.filter((refund) => ids.has(String(refund.payment_intent)) && refund.status !== 'failed');
  return (
    (cash?.cash ?? 0) +
    intents.reduce((sum, intent) => sum + intent.amount_received, 0) -
    back.reduce((sum, refund) => sum + refund.amount, 0)
  );
}
