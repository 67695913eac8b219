import { retryLink, type TRPCClientError, type TRPCLink } from '@trpc/client';
import type { PaymentsRouter } from './router';

const TRIES = 3;
const FIRST_WAIT_MS = 400;

/** Answers that leave open what became of the call, or say that it is still under way: the same key finds out. */
const OPEN_OUTCOMES: ReadonlySet<string> = new Set([
  'PROCESSOR_OUTCOME_UNKNOWN',
  'CREATION_IN_PROGRESS',
  'DATABASE_UNAVAILABLE',
]);

/** Repeats mutations whose outcome nobody knows. Queries are their caller's to repeat: hooks do it by themselves. */
export function keepTrying(): TRPCLink<PaymentsRouter> {
  return retryLink<PaymentsRouter>({
    retry: ({ op, error, attempts }) =>
      op.type === 'mutation' && attempts < TRIES && !op.signal?.aborted && isOpen(error),
    retryDelayMs: (attempt) => FIRST_WAIT_MS * 2 ** attempt,
  });
}

/** No answer at all, one of a machine in between, or one that says so. */
function isOpen(error: TRPCClientError<PaymentsRouter>): boolean {
  return !error.data || OPEN_OUTCOMES.has(error.data.appCode);
}
