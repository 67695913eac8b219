import type Stripe from 'stripe';
import { ApiError, invalidRequest } from '../errors';
import { newId } from '../ids';
import type { Store } from '../store';
import { cardByNumber, cardByToken, type TestCard } from '../test-cards';
import type { World } from '../world';

export interface BillingInput {
  name?: string | null;
  email?: string | null;
  phone?: string | null;
  address?: Partial<Record<keyof Stripe.Address, string | null>> | null;
}

export interface CardInput {
  number?: string;
  token?: string;
  exp_month?: number;
  exp_year?: number;
  cvc?: string;
}

export function addressOf(input: BillingInput['address']): Stripe.Address | null {
  if (input == null) return null;
  const { city = null, country = null, line1 = null, line2 = null, postal_code = null, state = null } = input;
  return { city, country, line1, line2, postal_code, state };
}

export function billingDetails(input: BillingInput = {}): Stripe.PaymentMethod.BillingDetails {
  return {
    address: addressOf(input.address) ?? addressOf({}),
    email: input.email ?? null,
    name: input.name ?? null,
    phone: input.phone ?? null,
    tax_id: null,
  };
}

function cardError(code: string, message: string, param: string): ApiError {
  return new ApiError(402, { type: 'card_error', code, message, param });
}

/** The test card that the input names; card errors for numbers, dates and codes that cannot be. */
export function findCard(input: CardInput, now: number): TestCard {
  if (input.token !== undefined) {
    const card = cardByToken(input.token);
    if (card === undefined)
      throw invalidRequest(`No such token: '${input.token}'`, { code: 'resource_missing' });
    return card;
  }
  const card = cardByNumber(input.number ?? '');
  if (card === undefined) throw cardError('incorrect_number', 'Your card number is incorrect.', 'number');
  const month = input.exp_month ?? 0;
  if (month < 1 || month > 12) {
    throw cardError('invalid_expiry_month', "Your card's expiration month is invalid.", 'exp_month');
  }
  const year = (input.exp_year ?? 0) < 100 ? 2000 + (input.exp_year ?? 0) : (input.exp_year ?? 0);
  if (Date.UTC(year, month) / 1000 <= now) {
    throw cardError('invalid_expiry_year', "Your card's expiration year is invalid.", 'exp_year');
  }
  if (input.cvc !== undefined && !/^\d{3,4}$/.test(input.cvc)) {
    throw cardError('invalid_cvc', "Your card's security code is invalid.", 'cvc');
  }
  return card;
}

function walletOf(card: TestCard): Stripe.PaymentMethod.Card.Wallet | null {
  if (card.wallet === undefined) return null;
  return { type: card.wallet, [card.wallet]: {}, dynamic_last4: '4242' };
}

/** Creates and stores a payment method for a test card. */
export function createCardMethod(
  world: World,
  card: TestCard,
  input: CardInput = {},
  billing?: BillingInput,
  metadata: Record<string, string> = {},
): Stripe.PaymentMethod {
  const expires = new Date(world.now() * 1000);
  const method: Stripe.PaymentMethod = {
    id: newId('pm'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: billingDetails(billing),
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'unchecked' },
      country: 'US',
      display_brand: card.brand === 'amex' ? 'american_express' : card.brand,
      exp_month: input.exp_month ?? expires.getUTCMonth() + 1,
      exp_year: input.exp_year ?? expires.getUTCFullYear() + 1,
      fingerprint: `sim${card.number}`,
      funding: card.funding,
      generated_from: null,
      last4: card.number.slice(-4),
      networks: { available: [card.brand], preferred: null },
      regulated_status: card.funding === 'debit' ? 'regulated' : 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: walletOf(card),
    },
    created: world.now(),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata,
    type: 'card',
  };
  world.store.scenarios.set(method.id, card.scenario);
  return world.store.paymentMethods.insert(method);
}

/** A stored payment method, or a new one when `reference` is a test token such as `pm_card_visa`. */
export function methodByReference(
  world: World,
  reference: string,
  param = 'payment_method',
): Stripe.PaymentMethod {
  const card = cardByToken(reference);
  return card === undefined
    ? world.store.paymentMethods.get(reference, param)
    : createCardMethod(world, card);
}

/** Refuses a method that was spent without a customer, or that belongs to another customer than the intent's. */
export function checkUsable(store: Store, method: Stripe.PaymentMethod, customer: string | null): void {
  const owner = typeof method.customer === 'string' ? method.customer : null;
  if (owner !== null && owner !== customer) {
    throw invalidRequest(
      `The payment method supplied (${method.id}) belongs to the Customer ${owner}. Please include the Customer ` +
        'in the `customer` parameter on the PaymentIntent.',
      { param: 'payment_method' },
    );
  }
  if (owner === null && store.spentPaymentMethods.has(method.id)) {
    throw invalidRequest(
      'The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared ' +
        'with a connected account without Customer attachment, or was detached from a Customer. It may not be ' +
        'used again.',
      { param: 'payment_method' },
    );
  }
}

/** Attaches to a customer and reports it. */
export function attachMethod(
  world: World,
  method: Stripe.PaymentMethod,
  customer: string,
  cause: Parameters<World['emit']>[2],
): Stripe.PaymentMethod {
  if (method.customer === customer) return method;
  const attached = world.store.paymentMethods.patch(method.id, { customer });
  world.emit('payment_method.attached', attached, cause);
  return attached;
}
