import fc from 'fast-check';

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

/** The DomainError code that `act` throws; 'no error' when it returns, the message of any other error. */
export function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
    return String(error);
  }
  return 'no error';
}
