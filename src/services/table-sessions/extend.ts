import { extendSession } from '@/db/sql/table-sessions';
import type { Tx } from '@/db/transaction';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { once, operationKey } from '../idempotency';
import { parseInput } from '../parse';
import { type ExtendTableSessionInput, extendTableSessionInput } from './schemas';
import { readSessionFor } from './session';
import type { ExtendedSessionView } from './view';

/**
 * Half an hour more at the table, counted from the session's end or, once that is past, from now. For its guests, until it is
 * closed. The extension stands beside the platform's own end, which a sync may move: the later of both counts, so a sync that
 * does not know of it never takes it back; to end a session early the platform closes it.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, SESSION_CLOSED, IDEMPOTENCY_KEY_REUSED
 */
export async function extendTableSession(
  ctx: ServiceContext,
  raw: ExtendTableSessionInput,
): Promise<ExtendedSessionView> {
  const { idempotencyKey, ...input } = parseInput(extendTableSessionInput, raw);
  const operation = operationKey(ctx.actor, 'tableSessions.extend', idempotencyKey, input);
  return ctx.db.transaction(async (tx) => {
    await readSessionFor(tx, ctx, 'tableSession.extend', input.tableSessionId);
    const { ids } = await once(tx, operation, () => extend(tx, ctx, input.tableSessionId));
    return ids;
  });
}

async function extend(tx: Tx, ctx: ServiceContext, tableSessionId: string): Promise<ExtendedSessionView> {
  const extended = await tx.maybeOne<{ expiresAt: Date }>(extendSession, [tableSessionId, ctx.clock.now()]);
  if (!extended) throw new ServiceError('SESSION_CLOSED', 'This table session is closed. Ask the staff.');
  return { tableSessionId, expiresAt: extended.expiresAt.toISOString() };
}
