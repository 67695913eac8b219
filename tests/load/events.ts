import { createHmac } from 'node:crypto';
import { DEVELOPMENT } from '@/env.variables';
import { intentId, orderId, paymentId, restaurantId, SUBTOTAL_MINOR, TAX_MINOR, TIP_MINOR } from './seed';

export const WEBHOOK_PATH = '/api/webhooks/stripe';

export interface SignedEvent {
  body: string;
  signature: string;
}

/** `payment_intent.succeeded` of the seeded payment number `i`, as Stripe sends it, signed now with the development secret. */
export function succeededEvent(i: number): SignedEvent {
  const nowSec = Math.floor(Date.now() / 1000);
  const body = JSON.stringify(eventOf(i, nowSec), null, 2);
  const digest = createHmac('sha256', DEVELOPMENT.webhookSecret).update(`${nowSec}.${body}`).digest('hex');
  return { body, signature: `t=${nowSec},v1=${digest}` };
}

/** All fields that Stripe's API "2026-10-28.endive" sends, so that the size of the body is real. */
function eventOf(i: number, nowSec: number) {
  const total = SUBTOTAL_MINOR + TAX_MINOR + TIP_MINOR;
  return {
    id: `evt_bench_${i}`,
    object: 'event',
    api_version: '2026-10-28.endive',
    created: nowSec,
    data: {
      object: {
        id: intentId(i),
        object: 'payment_intent',
        amount: total,
        amount_capturable: 0,
        amount_details: { tip: {} },
        amount_received: total,
        application: null,
        application_fee_amount: null,
        automatic_payment_methods: { allow_redirects: 'always', enabled: true },
        canceled_at: null,
        cancellation_reason: null,
        capture_method: 'automatic_async',
        client_secret: `${intentId(i)}_secret_bench`,
        confirmation_method: 'automatic',
        created: nowSec - 30,
        currency: 'usd',
        customer: null,
        description: null,
        excluded_payment_method_types: null,
        last_payment_error: null,
        latest_charge: `ch_bench_${i}`,
        livemode: false,
        metadata: { paymentId: paymentId(i), orderId: orderId(i), restaurantId: restaurantId(i) },
        next_action: null,
        on_behalf_of: null,
        payment_method: `pm_bench_${i}`,
        payment_method_configuration_details: { id: 'pmc_1Bench00000000000000', parent: null },
        payment_method_options: {
          card: {
            installments: null,
            mandate_options: null,
            network: null,
            request_three_d_secure: 'automatic',
          },
          link: { persistent_token: null },
        },
        payment_method_types: ['card', 'link'],
        processing: null,
        receipt_email: null,
        review: null,
        setup_future_usage: null,
        shipping: null,
        source: null,
        statement_descriptor: null,
        statement_descriptor_suffix: 'CHEZ BENCH',
        status: 'succeeded',
        transfer_data: null,
        transfer_group: null,
      },
    },
    livemode: false,
    pending_webhooks: 1,
    request: { id: `req_bench_${i}`, idempotency_key: `bench:${i}` },
    type: 'payment_intent.succeeded',
  };
}
