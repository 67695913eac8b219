import { createHash } from 'node:crypto';
import { claimKey, lockKey, storeKeyResult } from '@/db/sql/idempotency';
import type { Tx } from '@/db/transaction';
import { type Actor, actorLabel } from './actor';
import { ServiceError } from './errors';

/** Names one operation of one actor: same key, same answer; same key with other input is refused (decision 26). */
export interface OperationKey {
  scope: string;
  key: string;
  fingerprint: string;
}

/** @param input the parsed input without its key; the order of its fields does not matter */
export function operationKey(actor: Actor, procedure: string, key: string, input: object): OperationKey {
  return {
    scope: `${actorLabel(actor)}:${procedure}`,
    key,
    fingerprint: createHash('sha256').update(canonicalJson(input)).digest('hex'),
  };
}

/** The key of a step that an operation takes by itself: the same for every repeat, and never longer than a key may be. */
export function stepKey(key: string, step: string): string {
  return `${step}:${createHash('sha256').update(key).digest('base64url')}`;
}

/** A repeat of the operation did it anew: from now on these are its ids. */
export async function replaceResult(tx: Tx, operation: OperationKey, ids: object): Promise<void> {
  await tx.query(storeKeyResult, [operation.scope, operation.key, JSON.stringify(ids)]);
}

/**
 * Runs `first` for a new key and stores the ids it returns in the same transaction; a known key gets those ids without
 * running anything. Sixteen at once: one runs, the others wait for its commit.
 * @throws ServiceError IDEMPOTENCY_KEY_REUSED when the key came with other input before
 */
export function once<Ids extends object>(
  tx: Tx,
  operation: OperationKey,
  first: () => Promise<Ids>,
): Promise<{ ids: Ids; isFirst: boolean }> {
  return onceLocked(tx, operation, async () => undefined, first);
}

/** The same, for a `first` that begins with locks: `lock` is sent with the claim of the key, and behind it. */
export async function onceLocked<Ids extends object, Locked>(
  tx: Tx,
  operation: OperationKey,
  lock: () => Promise<Locked>,
  first: (locked: Locked) => Promise<Ids>,
): Promise<{ ids: Ids; isFirst: boolean }> {
  const [claimed, locked] = await Promise.all([
    tx.maybeOne(claimKey, [operation.scope, operation.key, operation.fingerprint]),
    lock(),
  ]);
  if (claimed === null) {
    const known = await tx.one<{ fingerprint: string; result: Ids | null }>(lockKey, [
      operation.scope,
      operation.key,
    ]);
    if (known.fingerprint !== operation.fingerprint) throw keyReused();
    // Without a result the claim alone was stored (`beginsLoosely` in db/transaction.ts), and nothing was done.
    if (known.result !== null) return { ids: known.result, isFirst: false };
  }
  const ids = await first(locked);
  // Not waited for: it travels with the COMMIT, and where it fails nothing is committed. So never inside a lane (db/lanes.ts),
  // which sends later.
  replaceResult(tx, operation, ids).catch(() => undefined);
  return { ids, isFirst: true };
}

export function keyReused(): ServiceError {
  return new ServiceError(
    'IDEMPOTENCY_KEY_REUSED',
    'This idempotency key was used with other input. Make a new key for a new operation.',
  );
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part) && !(part instanceof Date)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
