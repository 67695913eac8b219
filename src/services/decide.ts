import { DomainError } from '@/domain/error';
import { toServiceError } from './to-service-error';

/**
 * Runs a rule of src/domain for callers that read the refusal's code. What the rule throws without a code of
 * src/services/errors.ts is a mistake of ours and stays as it is.
 * @throws ServiceError with the code, message and details of the rule's DomainError
 */
export function decide<T>(rule: () => T): T {
  try {
    return rule();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const refusal = toServiceError(error);
    throw refusal.code === error.code ? refusal : error;
  }
}
