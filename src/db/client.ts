import { PrismaPg } from '@prisma/adapter-pg';
import type { Pool } from 'pg';
import { PrismaClient } from '@/generated/prisma/client';

/**
 * Prisma's client on the given pool: one set of connections for Prisma and for hand-written SQL. Ending the
 * pool is its owner's business. Calls inside `transaction()` take a second connection: use Tx there.
 */
export function createPrisma(pool: Pool): PrismaClient {
  return new PrismaClient({ adapter: new PrismaPg(pool) });
}
