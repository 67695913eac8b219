import { expect, inject, test } from 'vitest';
import { runChaos } from '../support/chaos';
import { createTestDatabase } from '../support/database';

const isFull = inject('testSize') === 'full';

test.each(isFull ? [1, 2, 3] : [1])(
  'a storm of faults and kills with seed %i loses nothing and doubles nothing',
  { timeout: 600_000 },
  async (seed) => {
    const database = await createTestDatabase({ poolSize: 2 });
    const result = await runChaos({
      seed,
      payments: isFull ? 300 : 30,
      nodes: 2,
      databaseUrl: database.url,
      log: () => undefined,
    });
    await database.drop();
    expect(result.breaches).toEqual([]);
    expect(result.kills).toBeGreaterThan(0);
  },
);
