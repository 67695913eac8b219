/** What a test card does when it is charged. Stripe's page "Test card numbers" is the source of the numbers. */
export interface Scenario {
  outcome: 'succeeds' | 'declines' | 'processes';
  /** Present when `outcome` is declines. */
  decline?: Decline;
  /** `always`: every payment; `unless_set_up`: only until authenticated once through setup or reuse. */
  authentication?: 'always' | 'unless_set_up';
  disputed?: boolean;
  refundFailsLater?: boolean;
}

export interface Decline {
  code: string;
  declineCode?: string;
  message: string;
}

export interface TestCard {
  number: string;
  brand: 'visa' | 'mastercard' | 'amex';
  funding: 'credit' | 'debit' | 'prepaid';
  wallet?: 'apple_pay' | 'google_pay';
  scenario: Scenario;
}

const SUCCEEDS: Scenario = { outcome: 'succeeds' };

function declines(code: string, message: string, declineCode?: string): Scenario {
  return { outcome: 'declines', decline: { code, message, declineCode } };
}

function visa(number: string, scenario: Scenario = SUCCEEDS, more: Partial<TestCard> = {}): TestCard {
  return { number, brand: 'visa', funding: 'credit', scenario, ...more };
}

const DECLINED = 'Your card was declined.';
const GENERIC = declines('card_declined', DECLINED, 'generic_decline');
const INSUFFICIENT = declines('card_declined', 'Your card has insufficient funds.', 'insufficient_funds');
const LOST = declines('card_declined', DECLINED, 'lost_card');
const STOLEN = declines('card_declined', DECLINED, 'stolen_card');
const EXPIRED = declines('expired_card', 'Your card has expired.');
const WRONG_CVC = declines('incorrect_cvc', "Your card's security code is incorrect.");
const PROCESSING_ERROR = declines(
  'processing_error',
  'An error occurred while processing your card. Try again in a little bit.',
);

/**
 * Payment method tokens. Stripe's own, except `pm_card_applePay`, `pm_card_googlePay` (wallets cannot be
 * tokenised by id in Stripe's test mode) and `pm_card_processing` (a card that stays `processing`).
 */
const CARDS: Record<string, TestCard> = {
  pm_card_visa: visa('4242424242424242'),
  pm_card_visa_debit: visa('4000056655665556', SUCCEEDS, { funding: 'debit' }),
  pm_card_mastercard: visa('5555555555554444', SUCCEEDS, { brand: 'mastercard' }),
  pm_card_mastercard_debit: visa('5200828282828210', SUCCEEDS, { brand: 'mastercard', funding: 'debit' }),
  pm_card_mastercard_prepaid: visa('5105105105105100', SUCCEEDS, { brand: 'mastercard', funding: 'prepaid' }),
  pm_card_amex: visa('378282246310005', SUCCEEDS, { brand: 'amex' }),
  pm_card_applePay: visa('4242424242424242', SUCCEEDS, { wallet: 'apple_pay' }),
  pm_card_googlePay: visa('4242424242424242', SUCCEEDS, { wallet: 'google_pay' }),
  pm_card_chargeDeclined: visa('4000000000000002', GENERIC),
  pm_card_visa_chargeDeclined: visa('4000000000000002', GENERIC),
  pm_card_chargeDeclinedInsufficientFunds: visa('4000000000009995', INSUFFICIENT),
  pm_card_visa_chargeDeclinedInsufficientFunds: visa('4000000000009995', INSUFFICIENT),
  pm_card_visa_chargeDeclinedLostCard: visa('4000000000009987', LOST),
  pm_card_visa_chargeDeclinedStolenCard: visa('4000000000009979', STOLEN),
  pm_card_chargeDeclinedExpiredCard: visa('4000000000000069', EXPIRED),
  pm_card_chargeDeclinedIncorrectCvc: visa('4000000000000127', WRONG_CVC),
  pm_card_chargeDeclinedProcessingError: visa('4000000000000119', PROCESSING_ERROR),
  pm_card_chargeCustomerFail: visa('4000000000000341', GENERIC),
  pm_card_authenticationRequiredOnSetup: visa('4000002500003155', {
    outcome: 'succeeds',
    authentication: 'unless_set_up',
  }),
  pm_card_authenticationRequired: visa('4000002760003184', { outcome: 'succeeds', authentication: 'always' }),
  pm_card_threeDSecure2Required: visa('4000000000003220', { outcome: 'succeeds', authentication: 'always' }),
  pm_card_authenticationRequiredChargeDeclinedInsufficientFunds: visa('4000008260003178', {
    ...INSUFFICIENT,
    authentication: 'always',
  }),
  pm_card_createDispute: visa('4000000000000259', { outcome: 'succeeds', disputed: true }),
  pm_card_refundFail: visa('4000000000005126', { outcome: 'succeeds', refundFailsLater: true }),
  pm_card_processing: visa('4000000000008880', { outcome: 'processes' }),
};

const BY_NUMBER = new Map(
  Object.entries(CARDS)
    .filter(([, card]) => card.wallet === undefined)
    .map(([, card]) => [card.number, card]),
);
BY_NUMBER.set('4111111111111111', visa('4111111111111111'));

/** The card behind a token such as `pm_card_visa` (or `tok_visa`), if there is one. */
export function cardByToken(token: string): TestCard | undefined {
  const name = token.startsWith('tok_') ? `pm_card_${token.slice(4)}` : token;
  return Object.hasOwn(CARDS, name) ? CARDS[name] : undefined;
}

/** The test card with this number (spaces and dashes ignored). */
export function cardByNumber(number: string): TestCard | undefined {
  return BY_NUMBER.get(number.replace(/[\s-]/g, ''));
}
