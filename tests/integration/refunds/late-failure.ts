import { finishCalls } from '@/services/recovery/finish-calls';
import type { TestApp } from '../../support/app';
import { nowSec, sendWebhook, stripeEvent, stripeId } from '../../support/webhook-sender';
import { rows } from '../payments/support';
import { age, type RecoveryStage } from '../recovery/support';

/** From now on nobody learns whether a refund was made: its row stays PROCESSING, without an id of Stripe's. */
export function stuckRefund(app: TestApp): void {
  app.simulator.control.addFault({ kind: 'rate_limit', method: 'POST', pathPattern: '/v1/refunds' });
}

/** The janitor repeats the call, and Stripe refuses it. */
export async function refusedRefund(stage: RecoveryStage, payment: { id: string }): Promise<void> {
  const { control } = stage.app.simulator;
  control.addFault({ kind: 'card_declined', method: 'POST', pathPattern: '/v1/refunds', times: 1 });
  await age(stage, payment.id);
  await finishCalls(stage.deps, { afterSec: 30 });
}

/** Stripe had made the refund as pending, and tells that it failed. */
export async function toldAsFailed({ app }: RecoveryStage, payment: { id: string }): Promise<void> {
  const [refund] = await rows<{ id: string; amount: number; intentId: string; currency: string }>(
    app,
    `SELECT r.id, r.refund_amount AS amount, p.payment_intent_id AS "intentId", lower(p.currency) AS currency
     FROM payment_refunds r JOIN payments p ON p.id = r.payment_id
     WHERE r.payment_id = $1 AND r.status = 'PROCESSING'`,
    [payment.id],
  );
  if (!refund) throw new Error('no refund is under way');
  await sendWebhook(
    app,
    stripeEvent('refund.failed', {
      id: stripeId('re'),
      object: 'refund',
      amount: refund.amount,
      currency: refund.currency,
      payment_intent: refund.intentId,
      created: nowSec(),
      status: 'failed',
      failure_reason: 'insufficient_funds',
      metadata: { refundId: refund.id, paymentId: payment.id },
    }),
  );
}
