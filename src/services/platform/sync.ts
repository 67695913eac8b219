import { z } from 'zod';
import type { Tx } from '@/db/transaction';
import { authorize } from '../authorize';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { parseInput } from '../parse';
import type { SyncResult } from './schemas';

export type RowOutcome =
  | { outcome: 'APPLIED' }
  | { outcome: 'STALE' }
  | { outcome: 'REFUSED'; code: string; message: string };

/** A row that cannot be taken; the others of the call are. */
export function refused(code: string, message: string): RowOutcome {
  return { outcome: 'REFUSED', code, message };
}

/** Refuses a row after part of it was written: thrown inside its transaction, which takes that part back. */
export class RowRefused extends Error {
  override readonly name = 'RowRefused';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Applies rows one by one, each in its own transaction: a bad row, also one of the wrong shape, refuses itself alone, and a
 * repeat of the whole call finds the good ones STALE. Rows of one id may come in any order; the highest version stays.
 * @param raw the call's input; its field `name` is the list of rows
 * @throws ServiceError FORBIDDEN, UNAUTHENTICATED, INVALID_INPUT for input without such a list
 */
export async function syncRows<Schema extends z.ZodType<{ id: string }>>(
  ctx: ServiceContext,
  raw: unknown,
  name: string,
  schema: Schema,
  apply: (tx: Tx, row: z.output<Schema>) => Promise<RowOutcome>,
): Promise<SyncResult> {
  authorize(ctx.actor, 'platform.sync', {}, 'Platform sync');
  const envelope = z.object({ [name]: z.array(z.unknown()).min(1).max(500) });
  const rows = parseInput(envelope, raw)[name] ?? [];
  const results: SyncResult['results'] = [];
  for (const row of rows) {
    const done = await takeRow(ctx, schema, row, apply);
    const reason =
      done.outcome === 'REFUSED' ? { code: done.code, message: done.message } : { code: null, message: null };
    results.push({ id: idOf(row), outcome: done.outcome, ...reason });
  }
  if (results.some((result) => result.outcome === 'APPLIED')) ctx.wake('outbox');
  return { results };
}

async function takeRow<Schema extends z.ZodType<{ id: string }>>(
  ctx: ServiceContext,
  schema: Schema,
  raw: unknown,
  apply: (tx: Tx, row: z.output<Schema>) => Promise<RowOutcome>,
): Promise<RowOutcome> {
  try {
    const row = parseInput(schema, raw);
    return await ctx.db.transaction((tx) => apply(tx, row));
  } catch (error) {
    if (error instanceof ServiceError || error instanceof RowRefused)
      return refused(error.code, error.message);
    if (!isDataError(error)) throw error;
    ctx.log.error({ error: String(error) }, 'a synced row does not fit the database');
    return refused(
      'ROW_REJECTED',
      'The database refuses this row: it contradicts another one. The rest was taken.',
    );
  }
}

/** Classes 22 (data exception) and 23 (constraint): the row's own fault, and so on every repeat. */
function isDataError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^2[23]/.test(String(error.code));
}

function idOf(row: unknown): string {
  const id = row !== null && typeof row === 'object' && 'id' in row ? row.id : '';
  return typeof id === 'string' ? id : '';
}
