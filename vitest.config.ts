import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';

declare module 'vitest' {
  interface ProvidedContext {
    /** `sample` in `npm test`, `full` in `npm run test:long` (decision 31). Read it with inject('testSize'). */
    testSize: 'sample' | 'full';
    /** Makes the inputs of fuzz tests, and of property tests in a sample; TEST_SEED=7 vitest … asks for others. */
    seed: number;
  }
}

/** Files that start Next.js, which keeps state in its process for ever, or that play with processes. Each has one for itself. */
const ALONE = [
  'tests/{chaos,crash}/**/*.test.ts',
  'tests/e2e/**/*.test.ts',
  'tests/contract/{cross-origin,next-mount}.test.ts',
  'tests/integration/{cli,client,db,doors,network,operations}/**/*.test.ts',
  'tests/security/pages.test.ts',
];

export default defineConfig(({ mode }) => {
  const long = mode === 'long';
  const resolve = { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } };
  // On two cores the default is one worker, which leaves the other core to nobody.
  const maxWorkers = Math.max(2, availableParallelism() - 1);
  const project = (test: object): TestProjectConfiguration => ({
    resolve,
    test: { testTimeout: long ? 1_800_000 : 60_000, hookTimeout: 120_000, maxWorkers, ...test },
  });
  return {
    resolve,
    test: {
      // One embedded PostgreSQL for the whole run; every test file takes its own database from it.
      globalSetup: ['tests/support/global-setup.ts'],
      provide: { testSize: long ? 'full' : 'sample', seed: Number(process.env.TEST_SEED ?? 1) },
      maxWorkers,
      projects: [
        // Loading all modules anew for each file took a quarter as long as the tests themselves; they keep no state.
        project({
          name: 'shared',
          include: ['src/**/*.test.{ts,tsx}', 'tests/**/*.test.{ts,tsx}'],
          exclude: ALONE,
          isolate: false,
          setupFiles: ['tests/support/seeded-samples.ts'],
        }),
        project({ name: 'alone', include: ALONE }),
      ],
    },
  };
});
