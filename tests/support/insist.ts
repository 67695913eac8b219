import { TRPCClientError } from '@trpc/client';
import { waitFor } from './wait-for';

/**
 * Asks with the same key until it is answered, as a client does that was told to: on a busy machine a call may take longer than
 * its caller is kept waiting. Anything else that it is told is thrown.
 */
export async function insist<T>(call: () => Promise<T>): Promise<T> {
  const { value } = await waitFor(
    'the caller is answered',
    () =>
      call().then(
        (value) => ({ value }),
        (error: unknown) => {
          if (error instanceof TRPCClientError && REPEATABLE.has(error.data?.appCode)) return null;
          throw error;
        },
      ),
    180_000,
  );
  return value;
}

const REPEATABLE = new Set([
  'CREATION_IN_PROGRESS',
  'DATABASE_UNAVAILABLE',
  'PROCESSOR_OUTCOME_UNKNOWN',
  'PROCESSOR_UNAVAILABLE',
]);
