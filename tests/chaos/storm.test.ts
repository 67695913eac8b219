import { expect, inject, test } from 'vitest';
import { startChaosDatabase } from './database';
import { runChaos } from './storm';

const isFull = inject('testSize') === 'full';

test.each(isFull ? [1, 2, 3] : [1])(
  'a storm of faults and kills with seed %i loses nothing and doubles nothing',
  { timeout: 600_000 },
  async (seed) => {
    const database = await startChaosDatabase();
    try {
      const payments = isFull ? 500 : 24;
      const result = await runChaos({
        seed,
        payments,
        nodes: 2,
        database,
        log: () => undefined,
        ...(isFull ? {} : { stormLimitMs: 8_000 }),
      });
      expect(result.breaches).toEqual([]);
      expect(result.kills).toBeGreaterThan(0);
    } finally {
      await database.stop();
    }
  },
);
