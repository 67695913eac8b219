import type { Sql } from '@/db/sql';
import { readTableSession } from '@/db/sql/table-sessions';
import { type Action, authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible, ServiceError } from '../errors';
import type { TableSessionView } from './view';

/** A table session as src/db/sql/table-sessions.ts answers it. `isOver`: closed, or its time has run out. */
export type SessionRow = {
  tableSessionId: string;
  restaurantId: string;
  tableId: string;
  code: string;
  status: TableSessionView['status'];
  currency: string;
  expiresAt: Date;
  createdAt: Date;
  closedAt: Date | null;
  updatedAt: Date;
  isOver: boolean;
};

/** A session for an actor who may do this to it. @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED */
export async function readSessionFor(
  sql: Pick<Sql, 'maybeOne'>,
  ctx: ServiceContext,
  action: Action,
  tableSessionId: string,
): Promise<SessionRow> {
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, action);
  const session = await sql.maybeOne<SessionRow>(readTableSession, [tableSessionId, ctx.clock.now()]);
  if (!session) throw notVisible('Table session');
  authorize(ctx.actor, action, session, 'Table session');
  return session;
}

/** The answer to what a closed table session takes no more: payments, tips, splits, an extension. */
export function sessionClosed(): ServiceError {
  return new ServiceError('SESSION_CLOSED', 'This table session is closed. Ask the staff.');
}

export function toSessionView(session: SessionRow, now: Date): TableSessionView {
  const isClosed = session.status === 'CLOSED';
  const isExpired = session.expiresAt <= now;
  return {
    tableSessionId: session.tableSessionId,
    code: session.code,
    restaurantId: session.restaurantId,
    tableId: session.tableId,
    currency: session.currency,
    status: session.status,
    isActive: !isClosed && !isExpired,
    isClosed,
    isExpired,
    canOrder: session.status === 'ACTIVE' && !isExpired,
    createdAt: session.createdAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
    closedAt: session.closedAt?.toISOString() ?? null,
  };
}
