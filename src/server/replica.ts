import { createPrisma } from '@/db/client';
import { createDb } from '@/db/db';
import { createPool } from '@/db/pool';
import type { Env } from '@/env';
import type { Logger } from '@/services/ports';

/** Figures and exports read from it (services/on-replica.ts); null without DATABASE_REPLICA_URL. */
export function connectReplica({ database }: Env, log: Logger) {
  if (database.replicaUrl === undefined) return null;
  const pool = createPool({
    url: database.replicaUrl,
    max: database.poolSize,
    applicationName: 'tabsy-payments-replica',
    timeoutMs: database.timeoutMs,
    onError: (error) => log.warn({ err: error }, 'an idle connection to the replica broke'),
  });
  const prisma = createPrisma(pool);
  return {
    db: createDb(pool),
    prisma,
    close: async () => {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}
