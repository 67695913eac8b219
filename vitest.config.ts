import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

declare module 'vitest' {
  interface ProvidedContext {
    /** `sample` in `npm test`, `full` in `npm run test:long` (decision 31). Read it with inject('testSize'). */
    testSize: 'sample' | 'full';
    /** Makes the inputs of tests/security/fuzz; FUZZ_SEED=7 vitest … asks for others. */
    fuzzSeed: number;
  }
}

export default defineConfig(({ mode }) => {
  const long = mode === 'long';
  return {
    resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
    test: {
      include: ['src/**/*.test.{ts,tsx}', 'tests/**/*.test.{ts,tsx}'],
      // One embedded PostgreSQL for the whole run; every test file takes its own database from it.
      globalSetup: ['tests/support/global-setup.ts'],
      provide: { testSize: long ? 'full' : 'sample', fuzzSeed: Number(process.env.FUZZ_SEED ?? 1) },
      // On two cores the default is one worker, which leaves the other core to nobody.
      maxWorkers: Math.max(2, availableParallelism() - 1),
      testTimeout: long ? 1_800_000 : 60_000,
      hookTimeout: 120_000,
    },
  };
});
