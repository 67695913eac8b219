import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** What Stryker runs against each mutant (stryker.config.json): the domain's own tests, which need no database. */
export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  test: {
    include: ['src/domain/**/*.test.ts'],
    setupFiles: ['tests/support/mutation-setup.ts'],
    provide: { testSize: 'sample' },
    // A slow machine kills no mutant: endless loops are ended by Stryker's count of hits.
    testTimeout: 60_000,
  },
});
