import { extendSession } from '@/db/sql/table-sessions';
import type { Tx } from '@/db/transaction';
import type { ServiceContext } from '../context';
import { once, operationKey } from '../idempotency';
import { newId } from '../ids';
import { emitLive } from '../live/emit';
import { parseInput } from '../parse';
import { type ExtendTableSessionInput, extendTableSessionInput } from './schemas';
import { readSessionFor, type SessionRow, sessionClosed } from './session';
import type { ExtendedSessionView } from './view';

/**
 * Half an hour more at the table, counted from the session's end or, once that is past, from now. For its guests, until
 * it is closed. The extension stands beside the platform's own end, which a sync may move: the later of both counts, so
 * a sync that does not know of it never takes it back; to end a session early the platform closes it.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, SESSION_CLOSED, IDEMPOTENCY_KEY_REUSED
 */
export async function extendTableSession(
  ctx: ServiceContext,
  raw: ExtendTableSessionInput,
): Promise<ExtendedSessionView> {
  const { idempotencyKey, ...input } = parseInput(extendTableSessionInput, raw);
  const operation = operationKey(ctx.actor, 'tableSessions.extend', idempotencyKey, input);
  const extended = await ctx.db.transaction(async (tx) => {
    const session = await readSessionFor(tx, ctx, 'tableSession.extend', input.tableSessionId);
    const { ids } = await once(tx, operation, () => extend(tx, ctx, session));
    return ids;
  });
  ctx.wake('outbox');
  return extended;
}

async function extend(tx: Tx, ctx: ServiceContext, session: SessionRow): Promise<ExtendedSessionView> {
  const { tableSessionId, restaurantId, tableId } = session;
  const now = ctx.clock.now();
  const extended = await tx.maybeOne<{ expiresAt: Date; status: SessionRow['status'] }>(extendSession, [
    tableSessionId,
    now,
  ]);
  if (!extended) throw sessionClosed();
  const expiresAt = extended.expiresAt.toISOString();
  const { status } = extended;
  await emitLive(tx, [
    {
      type: 'table:session_updated',
      eventId: newId(),
      at: now.toISOString(),
      restaurantId,
      tableId,
      tableSessionId,
      orderId: null,
      paymentId: null,
      previousStatus: status,
      status,
      expiresAt,
    },
  ]);
  return { tableSessionId, expiresAt };
}
