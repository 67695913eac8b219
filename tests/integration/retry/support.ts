import type { PaymentView } from '@/services/payments/view';
import { type Client, payWithCard, type TestApp, waitFor, waitForStatus } from '../../support/app';
import { rows } from '../payments/support';

/** A declined attempt, told by its webhook. */
export async function decline(
  app: TestApp,
  client: Client,
  payment: PaymentView,
  card = 'pm_card_chargeDeclined',
): Promise<PaymentView> {
  const before = await failedAttempts(app, payment.id);
  await payWithCard(app, payment, card);
  await waitFor('the decline is told', async () => (await failedAttempts(app, payment.id)) > before);
  return waitForStatus(client, payment.id, 'FAILED');
}

async function failedAttempts(app: TestApp, paymentId: string): Promise<number> {
  const [row] = await rows<{ count: number }>(
    app,
    'SELECT cardinality(failed_attempts) AS count FROM payments WHERE id = $1',
    [paymentId],
  );
  return row?.count ?? 0;
}

/** What the history says was counted. */
export async function retriesInHistory(app: TestApp, paymentId: string): Promise<number[]> {
  const found = await rows<{ count: number }>(
    app,
    `SELECT (details ->> 'retryCount')::int AS count FROM payment_audit_log
     WHERE payment_id = $1 AND action = 'retried' ORDER BY id`,
    [paymentId],
  );
  return found.map(({ count }) => count);
}
