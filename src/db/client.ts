import { PrismaPg } from '@prisma/adapter-pg';
import type { Pool } from 'pg';
import { PrismaClient } from '@/generated/prisma/client';

/**
 * Prisma's client on the given pool: one set of connections for Prisma and for hand-written SQL. Ending the
 * pool is its owner's business. Calls inside `transaction()` take a second connection: use Tx there.
 */
export function createPrisma(pool: Pool): PrismaClient {
  return new PrismaClient({ adapter: new PrismaPg(pool, { statementNameGenerator: statementNames() }) });
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
