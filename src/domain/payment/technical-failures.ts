/**
 * Codes that mean: a system failed, nobody refused. Stripe "Decline codes" and "Error codes"; the card or its bank is behind
 * every other one. Decision 13 counts only these against `technicalSuccess`.
 */
export const TECHNICAL_FAILURE_CODES = [
  'api_connection_error',
  'api_error',
  'idempotency_key_in_use',
  'issuer_not_available',
  'lock_timeout',
  'processing_error',
  'processor_error',
  'processor_key_conflict',
  'rate_limit',
  'reenter_transaction',
  'try_again_later',
  'unknown',
] as const;
