import { readKey } from '@/db/sql/idempotency';
import type { ServiceContext } from '../context';
import { keyReused, type OperationKey, once } from '../idempotency';

/** What a body was taken to mean under this key; null: the key is new. @throws ServiceError IDEMPOTENCY_KEY_REUSED */
export async function readMeaning<Meaning extends object>(
  ctx: ServiceContext,
  operation: OperationKey,
): Promise<Meaning | null> {
  const known = await ctx.db.maybeOne<{ fingerprint: string; result: Meaning }>(readKey, [
    operation.scope,
    operation.key,
  ]);
  if (known !== null && known.fingerprint !== operation.fingerprint) throw keyReused();
  return known?.result ?? null;
}

/** Keeps what a body was taken to mean. @returns what counts: of several at once, the first */
export async function storeMeaning<Meaning extends object>(
  ctx: ServiceContext,
  operation: OperationKey,
  meaning: Meaning,
): Promise<Meaning> {
  const { ids } = await ctx.db.transaction((tx) => once(tx, operation, async () => meaning));
  return ids;
}
