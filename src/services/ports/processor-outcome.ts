/**
 * The outcome of a call to the processor.
 * - `refused`: not executed, or a definite error that is final for this idempotency key.
 * - `unavailable`: definitely not executed, safe to repeat with the same key (429, connection refused).
 * - `unknown`: it may have been executed (time-out, lost connection, 5xx, 409 in flight). Ask later.
 */
export type ProcessorOutcome<T> =
  | { kind: 'ok'; value: T }
  | { kind: 'refused'; error: ProcessorError }
  | { kind: 'unavailable'; error: ProcessorError }
  | { kind: 'unknown'; error: ProcessorError };

/** `guestMessage` may be shown to a guest, `staffMessage` to the restaurant; `detail` is for the log. */
export interface ProcessorError {
  code: string;
  declineCode: string | null;
  guestMessage: string;
  staffMessage: string;
  detail: string;
  httpStatus: number | null;
}
