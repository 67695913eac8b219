import fc from 'fast-check';
import { DomainError } from '@/domain/error';

const DEFAULT_RUNS = 200;
const DEFAULT_SEED = 20261123;

/**
 * The one place that sizes property tests. A vitest setup file may raise it for `npm run test:long`
 * with `fc.configureGlobal({ numRuns, seed })`; without one every run is the same 200 seeded samples.
 * @param times multiplies the size where a proof asks for more
 */
export function numRuns(times = 1): { numRuns: number; seed: number } {
  const configured = fc.readConfigureGlobal();
  return { numRuns: (configured.numRuns ?? DEFAULT_RUNS) * times, seed: configured.seed ?? DEFAULT_SEED };
}

/**
 * The DomainError code that `act` throws, with a note if it has no words for people; 'no error' when it returns, the message
 * of any other error.
 */
export function codeOf(act: () => unknown): string {
  const error = errorOf(act);
  if (error instanceof DomainError) return error.message === '' ? `${error.code} without words` : error.code;
  return error === undefined ? 'no error' : String(error);
}

/** What the DomainError that `act` throws tells the log; undefined when it tells nothing. */
export function detailsOf(act: () => unknown): unknown {
  const error = errorOf(act);
  return error instanceof DomainError ? error.details : undefined;
}

function errorOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}
