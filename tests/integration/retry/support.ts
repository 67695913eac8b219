import type { PaymentView } from '@/services/payments/view';
import { type Client, payWithCard, type TestApp, waitFor, waitForStatus } from '../../support/app';
import { nowSec } from '../../support/webhook-sender';
import { rows } from '../payments/support';

/**
 * A declined attempt, told by its webhook. A failure is known by its second, so each begins in a second of its own, as
 * people do.
 */
export async function decline(
  app: TestApp,
  client: Client,
  payment: PaymentView,
  card = 'pm_card_chargeDeclined',
): Promise<PaymentView> {
  const before = await failedAt(app, payment.id);
  await waitFor('the next second', () => nowSec() > (before ?? 0));
  await payWithCard(app, payment, card);
  await waitFor('the decline is told', async () => (await failedAt(app, payment.id)) !== before);
  return waitForStatus(client, payment.id, 'FAILED');
}

async function failedAt(app: TestApp, paymentId: string): Promise<number | null> {
  const [row] = await rows<{ fact_at: number | null }>(app, 'SELECT fact_at FROM payments WHERE id = $1', [
    paymentId,
  ]);
  return row?.fact_at ?? null;
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
