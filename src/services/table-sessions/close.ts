import { insertAudit } from '@/db/sql/audit';
import { readBill } from '@/db/sql/bill';
import { expireOpenPayments, lockOrdersOfSession, readSessionHome } from '@/db/sql/platform';
import { closeSession } from '@/db/sql/table-sessions';
import type { Tx } from '@/db/transaction';
import { dueOf } from '@/domain/payment/plan';
import { actorLabel } from '../actor';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { once, operationKey } from '../idempotency';
import { newId } from '../ids';
import { parseInput } from '../parse';
import type { BillRow } from '../payments/plan';
import { cancelExpired } from '../platform/cancel-expired';
import { type KnownSession, tellSession } from '../platform/tell-sessions';
import { type CloseTableSessionInput, closeTableSessionInput } from './schemas';
import { readSessionFor, type SessionRow } from './session';
import type { ClosedSessionView } from './staff-view';

/**
 * The restaurant ends a session: nobody orders or pays at it any more, and its open payments are cancelled at the processor.
 * It stays closed whatever the platform syncs later. Closing a closed one answers when that was.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, SESSION_UNPAID (something is due, and no `force`),
 *   IDEMPOTENCY_KEY_REUSED
 */
export async function closeTableSession(
  ctx: ServiceContext,
  raw: CloseTableSessionInput,
): Promise<ClosedSessionView> {
  const { idempotencyKey, ...input } = parseInput(closeTableSessionInput, raw);
  const operation = operationKey(ctx.actor, 'tableSessions.close', idempotencyKey, input);
  const { closed, ended } = await ctx.db.transaction(async (tx) => {
    const orders = await tx.query<{ id: string }>(lockOrdersOfSession, [input.tableSessionId]);
    const session = await readSessionFor(tx, ctx, 'tableSession.close', input.tableSessionId);
    let ended: string[] = [];
    const { ids } = await once(tx, operation, async () => {
      if (session.closedAt !== null) return { closedAt: session.closedAt.toISOString() };
      if (!input.force) assertPaid(await readBillOf(tx, ctx, orders));
      ended = await close(tx, ctx, session, input.force);
      return { closedAt: ctx.clock.now().toISOString() };
    });
    return { closed: ids, ended };
  });
  ctx.wake('outbox');
  await cancelExpired(ctx, ended, input.reason);
  return { tableSessionId: input.tableSessionId, status: 'CLOSED', ...closed };
}

/** @returns the payments that were open, their time over now: the expiry ends what the processor does not answer at once */
async function close(tx: Tx, ctx: ServiceContext, session: SessionRow, isForced: boolean): Promise<string[]> {
  const { tableSessionId, restaurantId, tableId, expiresAt } = session;
  const now = ctx.clock.now();
  const before = await tx.one<KnownSession>(readSessionHome, [tableSessionId]);
  await tx.query(closeSession, [tableSessionId, now]);
  const open = await tx.query<{ id: string }>(expireOpenPayments, [null, tableSessionId]);
  const row = { id: tableSessionId, restaurantId, tableId, status: 'CLOSED', expiresAt };
  await tellSession(tx, row, before, before.guests, now);
  await tx.query(insertAudit, [
    newId(),
    actorLabel(ctx.actor),
    'table_session.closed',
    'table_session',
    tableSessionId,
    restaurantId,
    JSON.stringify({ isForced, openPayments: open.length }),
    ctx.request.id,
  ]);
  return open.map(({ id }) => id);
}

function readBillOf(tx: Tx, ctx: ServiceContext, orders: readonly { id: string }[]): Promise<BillRow[]> {
  return tx.query<BillRow>(readBill, [orders.map(({ id }) => id), ctx.clock.now()]);
}

/** Open payments pay nothing yet. */
function assertPaid(bill: readonly BillRow[]): void {
  const { dueMinor: remainingMinor } = dueOf(bill);
  if (remainingMinor === 0) return;
  throw new ServiceError(
    'SESSION_UNPAID',
    'This bill is not paid. Close it with force if it is to stay so.',
    {
      details: { remainingMinor },
    },
  );
}
