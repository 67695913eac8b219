import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPrisma } from '@/db/client';
import { transaction } from '@/db/transaction';
import { NestedConnectionError } from '@/db/transaction-errors';
import { createTestDatabase, type TestDatabase } from '../../support/database';

let database: TestDatabase;
let prisma: ReturnType<typeof createPrisma>;
beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 2 });
  prisma = createPrisma(database.pool);
});
afterAll(() => database.drop());

test('Prisma inside a transaction is refused before it takes a second connection; beside it and after it, it works', async () => {
  const calls: (() => Promise<unknown>)[] = [
    () => prisma.restaurant.count(),
    () => prisma.restaurant.findUnique({ where: { id: 'r' } }),
    () => prisma.$queryRaw`SELECT 1`,
    () => prisma.$transaction([prisma.restaurant.count()]),
    () => prisma.$transaction((tx) => tx.restaurant.count()),
  ];
  for (const call of calls) {
    await expect(transaction(database.pool, async () => await call())).rejects.toThrow(NestedConnectionError);
    await call();
    await transaction(database.pool, async (tx) => tx.afterCommit(async () => void (await call())));
  }
});

test('an array transaction of Prisma outside still runs as one', async () => {
  const [a, b] = await prisma.$transaction([
    prisma.$queryRaw<{ xid: string }[]>`SELECT pg_current_xact_id()::text AS xid`,
    prisma.$queryRaw<{ xid: string }[]>`SELECT pg_current_xact_id()::text AS xid`,
  ]);
  expect(a).toEqual(b);
});
