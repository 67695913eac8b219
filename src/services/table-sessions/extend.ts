import { extendSession } from '@/db/sql/table-sessions';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { parseInput } from '../parse';
import { type TableSessionInput, tableSessionInput } from './schemas';
import { readSessionFor } from './session';
import type { ExtendedSessionView } from './view';

/**
 * Half an hour more at the table, counted from the session's end or, once that is past, from now. For its guests, until it is
 * closed. The extension stands beside the platform's own end, which a sync may move: the later of both counts, so a sync that
 * does not know of it never takes it back; to end a session early the platform closes it.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, SESSION_CLOSED
 */
export async function extendTableSession(
  ctx: ServiceContext,
  raw: TableSessionInput,
): Promise<ExtendedSessionView> {
  const { tableSessionId } = parseInput(tableSessionInput, raw);
  await readSessionFor(ctx.db, ctx, 'tableSession.extend', tableSessionId);
  const extended = await ctx.db.maybeOne<{ expiresAt: Date }>(extendSession, [
    tableSessionId,
    ctx.clock.now(),
  ]);
  if (!extended) throw new ServiceError('SESSION_CLOSED', 'This table session is closed. Ask the staff.');
  return { tableSessionId, expiresAt: extended.expiresAt.toISOString() };
}
