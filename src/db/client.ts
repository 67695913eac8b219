import { PrismaPg } from '@prisma/adapter-pg';
import type { Pool } from 'pg';
import { PrismaClient } from '@/generated/prisma/client';
import { type ObserveQuery, observed } from './sql';
import { assertOutsideTransaction } from './transaction';

/**
 * Prisma's client on the given pool: one set of connections for Prisma and for hand-written SQL. Ending the
 * pool is its owner's business. A call inside `transaction()` would take a second connection and
 * throws NestedConnectionError: use Tx there.
 */
export function createPrisma(pool: Pool, observe?: ObserveQuery): PrismaClient {
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool, { statementNameGenerator: statementNames() }),
  });
  const guarded = prisma.$extends({
    query: {
      $allOperations({ model, operation, args, query }) {
        const name = `prisma.${model === undefined ? '' : `${model}.`}${operation}`;
        assertOutsideTransaction(name);
        return observed(observe, 'prisma', name, () => query(args));
      },
    },
  });
  // Its type lacks $on, for events that this service does not ask for; everything else is the client's own.
  return guarded as unknown as PrismaClient;
}

/**
 * Names for Prisma's statements, so that each is planned once per connection. Filters give texts without end: only the
 * first ones get a name, the rest are planned each time ('' means that to pg).
 */
function statementNames(): (query: { sql: string }) => string {
  const names = new Map<string, string>();
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (names.size >= MAX_NAMES) return '';
    const name = `prisma-${names.size + 1}`;
    names.set(sql, name);
    return name;
  };
}

const MAX_NAMES = 300;
