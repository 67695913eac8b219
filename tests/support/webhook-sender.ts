import { createHmac, randomUUID } from 'node:crypto';

export const WEBHOOK_PATHS = ['/api/webhooks/stripe', '/api/v1/payments/webhooks/stripe'] as const;

/** An event as Stripe would send it, before it becomes bytes. */
export interface StripeEvent {
  id: string;
  object: 'event';
  type: string;
  created: number;
  data: { object: Record<string, unknown> };
}

export function nowSec(): number {
  return Math.floor(Date.now() / 1000);
}

/** `<prefix>_` and 24 characters, like Stripe's ids. */
export function stripeId(prefix: string): string {
  return `${prefix}_${randomUUID().replaceAll('-', '').slice(0, 24)}`;
}

export function stripeEvent(
  type: string,
  object: Record<string, unknown>,
  options: { id?: string; createdSec?: number } = {},
): StripeEvent {
  return {
    id: options.id ?? stripeId('evt'),
    object: 'event',
    type,
    created: options.createdSec ?? nowSec(),
    data: { object },
  };
}

export interface IntentOptions {
  id: string | null;
  amountMinor: number;
  status?: string;
  receivedMinor?: number;
  currency?: string;
  metadata?: Record<string, string>;
  chargeId?: string | null;
  createdSec?: number;
  clientSecret?: string;
  declineCode?: string;
  /** The charge of the attempt that failed. */
  failedChargeId?: string;
  /** Its payment method. */
  failedMethodId?: string;
}

const STATUS_OF_TYPE: Readonly<Record<string, string>> = {
  'payment_intent.succeeded': 'succeeded',
  'payment_intent.processing': 'processing',
  'payment_intent.canceled': 'canceled',
  'payment_intent.requires_action': 'requires_action',
  'payment_intent.payment_failed': 'requires_payment_method',
  'payment_intent.amount_capturable_updated': 'requires_capture',
};

/** `payment_intent.<what>` with the snapshot that Stripe puts into it. */
export function intentEvent(
  what: string,
  intent: IntentOptions,
  options: { id?: string; createdSec?: number } = {},
): StripeEvent {
  const type = `payment_intent.${what}`;
  const status = intent.status ?? STATUS_OF_TYPE[type] ?? 'requires_payment_method';
  const received = intent.receivedMinor ?? (status === 'succeeded' ? intent.amountMinor : 0);
  return stripeEvent(
    type,
    {
      id: intent.id ?? stripeId('pi'),
      object: 'payment_intent',
      amount: intent.amountMinor,
      amount_received: received,
      currency: (intent.currency ?? 'USD').toLowerCase(),
      status,
      created: intent.createdSec ?? options.createdSec ?? nowSec(),
      client_secret: intent.clientSecret ?? `${intent.id}_secret_test`,
      latest_charge: intent.chargeId ?? null,
      metadata: intent.metadata ?? {},
      last_payment_error:
        what === 'payment_failed'
          ? {
              type: 'card_error',
              code: 'card_declined',
              decline_code: intent.declineCode ?? 'generic_decline',
              message: 'Your card was declined.',
              ...(intent.failedChargeId === undefined ? {} : { charge: intent.failedChargeId }),
              ...(intent.failedMethodId === undefined
                ? {}
                : { payment_method: { id: intent.failedMethodId } }),
            }
          : null,
    },
    options,
  );
}

interface ChargeOptions {
  id: string;
  intentId: string | null;
  amountMinor: number;
  paid?: boolean;
  brand?: string;
  last4?: string;
  funding?: string;
  wallet?: string | null;
  metadata?: Record<string, string>;
}

/** `charge.<what>` of a card. */
export function chargeEvent(
  what: string,
  charge: ChargeOptions,
  options: { id?: string; createdSec?: number } = {},
): StripeEvent {
  const isPaid = charge.paid ?? what !== 'failed';
  return stripeEvent(
    `charge.${what}`,
    {
      id: charge.id,
      object: 'charge',
      amount: charge.amountMinor,
      currency: 'usd',
      payment_intent: charge.intentId,
      created: options.createdSec ?? nowSec(),
      paid: isPaid,
      status: isPaid ? 'succeeded' : 'failed',
      metadata: charge.metadata ?? {},
      payment_method_details: {
        type: 'card',
        card: {
          brand: charge.brand ?? 'visa',
          last4: charge.last4 ?? '4242',
          funding: charge.funding ?? 'credit',
          wallet: charge.wallet ? { type: charge.wallet } : null,
        },
      },
    },
    options,
  );
}

interface DisputeOptions {
  id?: string;
  intentId: string;
  chargeId: string;
  amountMinor: number;
  /** `created` unless told otherwise. */
  what?: 'created' | 'updated' | 'funds_withdrawn' | 'funds_reinstated' | 'closed';
  status?: string;
  dueBySec?: number;
  createdSec?: number;
  /** What it has moved so far, see disputeMovement. */
  moved?: readonly Record<string, unknown>[];
}

/** `charge.dispute.<what>` with the snapshot of that moment. */
export function disputeEvent(dispute: DisputeOptions): StripeEvent {
  return stripeEvent(
    `charge.dispute.${dispute.what ?? 'created'}`,
    {
      id: dispute.id ?? stripeId('dp'),
      object: 'dispute',
      payment_intent: dispute.intentId,
      charge: dispute.chargeId,
      amount: dispute.amountMinor,
      currency: 'usd',
      status: dispute.status ?? 'needs_response',
      reason: 'fraudulent',
      evidence_details: { due_by: dispute.dueBySec ?? nowSec() + 864_000 },
      metadata: {},
      balance_transactions: dispute.moved ?? [],
    },
    dispute.createdSec === undefined ? {} : { createdSec: dispute.createdSec },
  );
}

/** A movement of funds as a dispute carries it: negative leaves the account. */
export function disputeMovement(
  disputeId: string,
  amountMinor: number,
  feeMinor = 0,
): Record<string, unknown> {
  return {
    id: stripeId('txn'),
    object: 'balance_transaction',
    type: 'adjustment',
    reporting_category: amountMinor < 0 ? 'dispute' : 'dispute_reversal',
    amount: amountMinor,
    fee: feeMinor,
    net: amountMinor - feeMinor,
    currency: 'usd',
    available_on: nowSec(),
    created: nowSec(),
    source: disputeId,
  };
}

/** One `v1` signature over the bytes. */
export function signatureOf(body: string | Uint8Array, secret: string, atSec: number): string {
  return createHmac('sha256', secret).update(`${atSec}.`).update(body).digest('hex');
}

export function signatureHeader(body: string | Uint8Array, secret: string, atSec: number): string {
  return `t=${atSec},v1=${signatureOf(body, secret, atSec)}`;
}

interface SendOptions {
  path?: string;
  /** Signed with this one; the first configured one when absent. */
  secret?: string;
  atSec?: number;
  /** Sent as it is, or not at all when null, instead of a good one. */
  header?: string | null;
}

interface Target {
  url: string;
  env: { stripe: { webhookSecrets: readonly string[] } };
}

/** Posts an event, or these very bytes, the way Stripe does. */
export async function sendWebhook(
  app: Target,
  what: StripeEvent | string | Uint8Array<ArrayBuffer>,
  options: SendOptions = {},
): Promise<{ status: number; text: string }> {
  const body = typeof what === 'string' || what instanceof Uint8Array ? what : JSON.stringify(what);
  const secret = options.secret ?? app.env.stripe.webhookSecrets[0] ?? '';
  const header =
    options.header === undefined ? signatureHeader(body, secret, options.atSec ?? nowSec()) : options.header;
  const response = await fetch(`${app.url}${options.path ?? WEBHOOK_PATHS[0]}`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(header === null ? {} : { 'stripe-signature': header }),
    },
  });
  return { status: response.status, text: await response.text() };
}
