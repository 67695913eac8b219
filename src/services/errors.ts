/** What a refusal means to a caller; one place per door maps it to a status (trpc/errors.ts, rest/errors.ts). */
export type ErrorKind =
  | 'INVALID'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'NOT_VISIBLE'
  | 'CONFLICT'
  | 'PRECONDITION'
  | 'DECLINED'
  | 'RATE_LIMITED'
  | 'UNAVAILABLE'
  | 'INTERNAL';

/** Every code a caller can meet, with its kind. Codes are stable: clients branch on them. */
export const ERROR_CODES = {
  INVALID_INPUT: 'INVALID',
  PAYLOAD_TOO_LARGE: 'INVALID',
  AMOUNT_MISMATCH: 'INVALID',
  AMOUNT_BELOW_MINIMUM: 'INVALID',
  AMOUNT_ABOVE_MAXIMUM: 'INVALID',
  AMOUNT_ABOVE_AVAILABLE: 'INVALID',
  AMOUNT_NOT_CHARGEABLE: 'INVALID',
  SPLIT_PERCENTAGES_ABOVE_WHOLE: 'INVALID',
  SPLIT_AMOUNTS_ABOVE_BALANCE: 'INVALID',
  CURRENCY_MISMATCH: 'INVALID',
  CURRENCY_UNSUPPORTED: 'INVALID',
  METHOD_NOT_SUPPORTED: 'INVALID',
  CARD_NUMBER_REFUSED: 'INVALID',
  TIP_NOT_ALLOWED: 'INVALID',
  SAVE_CARD_NEEDS_SIGN_IN: 'INVALID',
  CURSOR_INVALID: 'INVALID',
  UNAUTHENTICATED: 'UNAUTHENTICATED',
  TOKEN_INVALID: 'UNAUTHENTICATED',
  TOKEN_EXPIRED: 'UNAUTHENTICATED',
  SESSION_UNKNOWN: 'UNAUTHENTICATED',
  FORBIDDEN: 'FORBIDDEN',
  HTTPS_REQUIRED: 'FORBIDDEN',
  SECOND_FACTOR_REQUIRED: 'FORBIDDEN',
  NOT_FOUND: 'NOT_FOUND',
  NOT_VISIBLE: 'NOT_VISIBLE',
  NOTHING_DUE: 'CONFLICT',
  BALANCE_HELD: 'CONFLICT',
  ORDER_CANCELLED: 'CONFLICT',
  ILLEGAL_TRANSITION: 'CONFLICT',
  CURRENCY_LOCKED: 'CONFLICT',
  IDEMPOTENCY_KEY_REUSED: 'CONFLICT',
  CREATION_IN_PROGRESS: 'CONFLICT',
  SPLIT_CONFLICT: 'CONFLICT',
  SPLIT_LOCKED: 'CONFLICT',
  PAYMENT_NOT_COMPLETED: 'CONFLICT',
  RETRY_LIMIT_REACHED: 'CONFLICT',
  NOTHING_REFUNDABLE: 'CONFLICT',
  REFUND_EXCEEDS_REMAINING: 'CONFLICT',
  REFUND_WINDOW_CLOSED: 'CONFLICT',
  REFUND_ABOVE_LIMIT: 'FORBIDDEN',
  DISPUTE_OPEN: 'CONFLICT',
  DISPUTE_NOT_ANSWERABLE: 'CONFLICT',
  EVIDENCE_IN_PROGRESS: 'CONFLICT',
  DRAWER_ALREADY_OPEN: 'CONFLICT',
  DRAWER_NOT_OPEN: 'CONFLICT',
  DRAWER_STILL_OPEN: 'CONFLICT',
  SESSION_UNPAID: 'CONFLICT',
  ERASURE_REFUSED: 'CONFLICT',
  RUN_IN_PROGRESS: 'CONFLICT',
  DISCREPANCY_RESOLVED: 'CONFLICT',
  DISCREPANCY_OPEN: 'CONFLICT',
  NOT_CORRECTABLE: 'CONFLICT',
  BANK_FILE_UNREADABLE: 'INVALID',
  BANK_LINES_IN_USE: 'CONFLICT',
  SESSION_CLOSED: 'PRECONDITION',
  RESYNC_REQUIRED: 'PRECONDITION',
  CARD_DECLINED: 'DECLINED',
  RATE_LIMIT_EXCEEDED: 'RATE_LIMITED',
  TOO_MANY_SUBSCRIPTIONS: 'RATE_LIMITED',
  PROCESSOR_REFUSED: 'UNAVAILABLE',
  PROCESSOR_UNAVAILABLE: 'UNAVAILABLE',
  PROCESSOR_OUTCOME_UNKNOWN: 'UNAVAILABLE',
  DATABASE_UNAVAILABLE: 'UNAVAILABLE',
  IDENTITY_UNAVAILABLE: 'UNAVAILABLE',
  PLATFORM_UNAVAILABLE: 'UNAVAILABLE',
  INTERNAL: 'INTERNAL',
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERROR_CODES;

/**
 * A refusal as a value. `message` is for people and says what to change; `details` travel to the caller
 * and hold no secrets; `log` is for the log alone.
 */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly kind: ErrorKind;

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly options: {
      details?: Record<string, string | number | boolean | null>;
      log?: Record<string, unknown>;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.kind = ERROR_CODES[code];
  }

  get details(): Record<string, string | number | boolean | null> {
    return this.options.details ?? {};
  }
}

/** The answer for anything another tenant owns: as if it did not exist (decision 6). */
export function notVisible(what: string): ServiceError {
  return new ServiceError('NOT_VISIBLE', `${what} not found. Check the id, and that your login may see it.`);
}
