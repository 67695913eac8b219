import { ServiceError } from '../errors';
import type { ProcessorError, ProcessorOutcome } from '../ports';

/** The value of a call that went well. @throws ServiceError for any other end, see processorRefusal */
export function unwrap<T>(outcome: ProcessorOutcome<T>): T {
  if (outcome.kind === 'ok') return outcome.value;
  throw processorRefusal(outcome.kind, outcome.error);
}

/**
 * The key's answer is settled, by a stored error or by another request: after a look at what exists, only the next key gets
 * further (decision 18).
 */
export function isKeySpent(error: ProcessorError): boolean {
  return error.code === 'processor_error_stored' || error.code === 'processor_key_conflict';
}

/** A processor's refusal in the words of this API. The detail goes to the log, never to the caller. */
export function processorRefusal(
  kind: 'refused' | 'unavailable' | 'unknown',
  error: ProcessorError,
): ServiceError {
  const log = { processorCode: error.code, declineCode: error.declineCode, detail: error.detail };
  if (kind === 'unknown') {
    return new ServiceError(
      'PROCESSOR_OUTCOME_UNKNOWN',
      'We could not confirm this with the payment processor. It will be checked: repeat with the same key in a moment.',
      { log },
    );
  }
  if (kind === 'unavailable') {
    return new ServiceError(
      'PROCESSOR_UNAVAILABLE',
      'The payment processor is busy. Nothing was charged: try again.',
      {
        log,
      },
    );
  }
  if (error.declineCode !== null || error.httpStatus === 402) {
    return new ServiceError('CARD_DECLINED', error.guestMessage, {
      log,
      details: { declineCode: error.declineCode },
    });
  }
  return new ServiceError('PROCESSOR_REFUSED', error.guestMessage, {
    log,
    details: { processorCode: error.code },
  });
}
