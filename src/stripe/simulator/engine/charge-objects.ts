import type Stripe from 'stripe';
import { newId, randomText } from '../ids';
import type { Decline } from '../test-cards';
import type { World } from '../world';

function chargedCard(
  method: Stripe.PaymentMethod,
  amount: number,
  authenticated: boolean,
): Stripe.Charge.PaymentMethodDetails.Card | undefined {
  const card = method.card;
  if (card === undefined) return undefined;
  return {
    amount_authorized: amount,
    authorization_code: String(100_000 + (amount % 900_000)),
    brand: card.brand,
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
    country: card.country,
    electronic_commerce_indicator: null,
    exp_month: card.exp_month,
    exp_year: card.exp_year,
    extended_authorization: { status: 'disabled' },
    fingerprint: card.fingerprint ?? null,
    funding: card.funding,
    incremental_authorization: { status: 'unavailable' },
    installments: null,
    last4: card.last4,
    mandate: null,
    multicapture: { status: 'unavailable' },
    network: card.brand,
    network_token: { used: card.wallet !== null },
    network_transaction_id: randomText(15),
    overcapture: { maximum_amount_capturable: amount, status: 'unavailable' },
    regulated_status: card.regulated_status,
    three_d_secure: authenticated
      ? {
          authentication_flow: 'challenge',
          electronic_commerce_indicator: '05',
          exemption_indicator: null,
          result: 'authenticated',
          result_reason: null,
          transaction_id: newId('tds'),
          version: '2.2.0',
        }
      : null,
    transaction_link_id: null,
    wallet: card.wallet as Stripe.Charge.PaymentMethodDetails.Card.Wallet | null,
  };
}

function outcomeOf(decline: Decline | undefined): Stripe.Charge.Outcome {
  const approved = decline === undefined;
  return {
    advice_code: approved ? null : 'try_again_later',
    network_advice_code: null,
    network_decline_code: approved ? null : '05',
    network_status: approved ? 'approved_by_network' : 'declined_by_network',
    reason: approved ? null : (decline.declineCode ?? decline.code),
    risk_level: 'normal',
    risk_score: 21,
    seller_message: approved ? 'Payment complete.' : 'The bank returned a decline.',
    type: approved ? 'authorized' : 'issuer_declined',
  };
}

export interface ChargeFacts {
  captured: boolean;
  pending?: boolean;
  decline?: Decline;
  authenticated: boolean;
}

/** Creates and stores the charge of one attempt to pay an intent; emits nothing. */
export function createCharge(
  world: World,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  facts: ChargeFacts,
): Stripe.Charge {
  const failed = facts.decline !== undefined;
  const id = newId('ch');
  return world.store.charges.insert({
    id,
    object: 'charge',
    amount: intent.amount,
    amount_captured: facts.captured && !failed ? intent.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: method.billing_details,
    calculated_statement_descriptor: `TABSY ${intent.statement_descriptor_suffix ?? ''}`.trim(),
    captured: facts.captured && !failed,
    created: world.now(),
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: facts.decline?.code ?? null,
    failure_message: facts.decline?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: null,
    outcome: outcomeOf(facts.decline),
    paid: !failed && facts.pending !== true,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: { card: chargedCard(method, intent.amount, facts.authenticated), type: 'card' },
    radar_options: {},
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: failed ? null : `${world.baseUrl()}/_simulator/receipts/${id}`,
    refunded: false,
    review: null,
    shipping: intent.shipping,
    source: null,
    source_transfer: null,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status: failed ? 'failed' : facts.pending ? 'pending' : 'succeeded',
    transfer_data: null,
    transfer_group: intent.transfer_group,
  });
}
