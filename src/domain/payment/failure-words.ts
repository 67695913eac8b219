/** Why a payment failed, for the one who pays and for the restaurant. */
export interface Words {
  guest: string;
  staff: string;
}

// Wording rules: Stripe "Card declines" (a lost or stolen card reads like any refusal, so that a thief learns nothing);
// legacy-contract 1.4: `insufficient funds` must appear, and the words that make the v2 client repeat must not.
const DECLINED: Words = {
  guest: 'Your card was declined. Please use another card or another way to pay.',
  staff: 'The bank declined the card without giving a reason. Ask for another card or another way to pay.',
};
const CALL_BANK: Words = {
  guest: 'Your bank declined the payment. Please use another card, or ask your bank why.',
  staff: 'The bank wants the guest to call it before it approves. Ask for another card.',
};
const SECURITY: Words = {
  guest: DECLINED.guest,
  staff:
    'The bank declined the card for a security reason. Ask for another way to pay and do not discuss the reason.',
};
const NO_FUNDS: Words = {
  guest: 'Your card has insufficient funds. Please use another card.',
  staff: 'The card has insufficient funds. Ask for another card, or split the bill.',
};
const LIMIT: Words = {
  guest: 'Your card has reached its limit. Please use another card.',
  staff: 'The card has reached a limit of its bank. Ask for another card.',
};
const EXPIRED: Words = {
  guest: 'Your card has expired. Please use another card.',
  staff: 'The card has expired. Ask for another card.',
};
const NUMBER: Words = {
  guest: 'The card number is not right. Please check it and try again.',
  staff: 'The guest entered a wrong card number.',
};
const CVC: Words = {
  guest: 'The security code of the card is not right. Please check it and try again.',
  staff: 'The guest entered a wrong security code.',
};
const EXPIRY: Words = {
  guest: 'The expiry date of the card is not right. Please check it and try again.',
  staff: 'The guest entered a wrong expiry date.',
};
const POSTCODE: Words = {
  guest: 'The postal code does not match the card. Please check it and try again.',
  staff: 'The postal code does not match the card.',
};
const PIN: Words = {
  guest: 'The PIN is not right. Please try again or use another card.',
  staff: 'The guest entered a wrong PIN.',
};
const AUTHENTICATE: Words = {
  guest: 'Your bank wants you to confirm this payment. Please try again and follow its steps.',
  staff: 'The bank asked the guest to confirm the payment and the guest has not done so yet.',
};
const NOT_SUPPORTED: Words = {
  guest: 'This card cannot be used for this payment. Please use another card.',
  staff: 'The card does not support this kind of payment or this currency. Ask for another card.',
};
const TRY_AGAIN: Words = {
  guest: 'The card could not be processed. Please try again in a moment or use another card.',
  staff: 'The bank could not process the card just now. Trying again may help.',
};
const DUPLICATE: Words = {
  guest:
    'A payment of the same amount was made with this card a moment ago. Please check before you pay again.',
  staff: 'The same card paid the same amount a moment ago. Check the bill before another attempt.',
};
const TOO_SMALL: Words = {
  guest: 'This amount is too small for a card. Please pay in cash or add it to another payment.',
  staff: 'The amount is below the smallest card payment. Take cash or a larger share.',
};
const TOO_LARGE: Words = {
  guest: 'This amount is too large for one card payment. Please split it.',
  staff: 'The amount is above the largest card payment. Split it.',
};
const ALREADY_DONE: Words = {
  guest: 'This payment has moved on in the meantime. Please reload to see where it stands.',
  staff: 'The payment has moved on in the meantime. Reload to see where it stands.',
};
const BUSY: Words = {
  guest: 'Card payments are busy right now. Please try again in a moment.',
  staff: 'The card processor takes no more requests right now. Try again in a moment.',
};
const AWAITING: Words = {
  guest: 'We are still checking this payment. Please wait a moment before you try again.',
  staff:
    'The card processor has not confirmed this step yet. It is checked automatically; do not charge again.',
};
const REFUSED: Words = {
  guest: 'The card payment could not be processed. Please ask the staff or use another way to pay.',
  staff: 'The card processor refused the request. Take another way to pay and tell support.',
};

const BY_CODE: Readonly<Record<string, Words>> = {
  generic_decline: DECLINED,
  card_declined: DECLINED,
  do_not_honor: DECLINED,
  do_not_try_again: DECLINED,
  no_action_taken: DECLINED,
  not_permitted: DECLINED,
  transaction_not_allowed: DECLINED,
  service_not_allowed: DECLINED,
  revocation_of_all_authorizations: DECLINED,
  revocation_of_authorization: DECLINED,
  stop_payment_order: DECLINED,
  testmode_decline: DECLINED,
  live_mode_test_card: DECLINED,
  call_issuer: CALL_BANK,
  approve_with_id: CALL_BANK,
  issuer_not_available: TRY_AGAIN,
  processing_error: TRY_AGAIN,
  reenter_transaction: TRY_AGAIN,
  try_again_later: TRY_AGAIN,
  fraudulent: SECURITY,
  highest_risk_level: SECURITY,
  elevated_risk_level: SECURITY,
  lost_card: SECURITY,
  stolen_card: SECURITY,
  pickup_card: SECURITY,
  restricted_card: SECURITY,
  security_violation: SECURITY,
  merchant_blacklist: SECURITY,
  insufficient_funds: NO_FUNDS,
  card_velocity_exceeded: LIMIT,
  card_decline_rate_limit_exceeded: LIMIT,
  withdrawal_count_limit_exceeded: LIMIT,
  expired_card: EXPIRED,
  incorrect_number: NUMBER,
  invalid_number: NUMBER,
  invalid_account: NUMBER,
  new_account_information_available: NUMBER,
  incorrect_cvc: CVC,
  invalid_cvc: CVC,
  invalid_expiry_month: EXPIRY,
  invalid_expiry_year: EXPIRY,
  incorrect_zip: POSTCODE,
  incorrect_address: POSTCODE,
  incorrect_pin: PIN,
  invalid_pin: PIN,
  offline_pin_required: PIN,
  online_or_offline_pin_required: PIN,
  pin_try_exceeded: PIN,
  authentication_required: AUTHENTICATE,
  authentication_not_handled: AUTHENTICATE,
  payment_intent_authentication_failure: AUTHENTICATE,
  mobile_device_authentication_required: AUTHENTICATE,
  card_not_supported: NOT_SUPPORTED,
  currency_not_supported: NOT_SUPPORTED,
  duplicate_transaction: DUPLICATE,
  invalid_amount: TOO_LARGE,
  amount_too_large: TOO_LARGE,
  amount_too_small: TOO_SMALL,
  payment_intent_unexpected_state: ALREADY_DONE,
  charge_already_refunded: ALREADY_DONE,
  charge_already_captured: ALREADY_DONE,
  rate_limit: BUSY,
  lock_timeout: BUSY,
  processor_busy: BUSY,
  processor_unreachable: BUSY,
  idempotency_key_in_use: AWAITING,
  processor_no_answer: AWAITING,
  processor_connection_lost: AWAITING,
  processor_error: AWAITING,
  processor_error_stored: AWAITING,
  processor_answer_unreadable: AWAITING,
};

/** What speaks of the card where nothing better is known. */
export const UNKNOWN_DECLINE: Words = DECLINED;
/** What speaks of the request itself. */
export const REFUSED_REQUEST: Words = REFUSED;

/** Words for what neither a card nor its bank decided. */
const NO_DECISION: ReadonlySet<Words> = new Set([TRY_AGAIN, ALREADY_DONE, BUSY, AWAITING]);

/**
 * Codes by which a card, its bank or the amount was refused: Stripe "Decline codes" and the card errors of "Error codes". Every
 * other code, one without words of its own too, is a technical failure and counts against `technicalSuccess` (decision 13): a
 * revoked key must not look like guests without money.
 */
export const DECLINE_CODES: readonly string[] = Object.entries(BY_CODE)
  .filter(([, words]) => !NO_DECISION.has(words))
  .map(([code]) => code);

/** Every code with words of its own. @internal Tests read all of them. */
export const KNOWN_FAILURE_CODES: readonly string[] = Object.keys(BY_CODE);

/** The words of a decline code, a processor's error code or one of ours; undefined for one without words of its own. */
export function failureWords(code: string | null): Words | undefined {
  return code !== null && Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
}
