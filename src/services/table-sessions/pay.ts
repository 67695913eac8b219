import { readBill } from '@/db/sql/bill';
import { lockOrdersOfSession } from '@/db/sql/platform';
import type { Tx } from '@/db/transaction';
import { dueOf } from '@/domain/payment/plan';
import { payerKey } from '../actor';
import { answerInTime } from '../answer-in-time';
import { refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible, ServiceError } from '../errors';
import { inProgress } from '../in-progress';
import { parseInput } from '../parse';
import { type OpenedPayment, openPayment } from '../payments/open-payment';
import { assertRoomWithout, findOwnPayments, isInTheWay, type OwnPayment } from '../payments/own-payments';
import type { BillRow } from '../payments/plan';
import { takeUpAgain } from '../payments/reuse';
import { startPayment } from '../payments/start-payment';
import { findShareToPay, joinRound, type ShareToPay } from '../split-calculations/share-to-pay';
import { readTablePayment } from './read-payments';
import { type PayTableSessionInput, payTableSessionInput } from './schemas';
import { readSessionFor, type SessionRow, sessionClosed } from './session';
import type { TablePaymentView } from './view';

/**
 * One payer's payment of a table session's bill: a share, or all that is due. Payers of one session go one after the
 * other by the locks of its orders, may all be open at once, and never take what another holds; the last one takes the
 * exact rest. A payer has one open payment per session: a repeat answers it, its tip follows, another share replaces
 * it. It is held for `splitHoldMinutes` (decision 8). With `bySplit` it is the caller's share of the table's split, no
 * other.
 * @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED, FORBIDDEN, SESSION_CLOSED, NOTHING_DUE, AMOUNT_ABOVE_AVAILABLE
 *   (share too large, `details.availableMinor`), BALANCE_HELD (nothing left, or all was wanted while others hold a
 *   part), NOT_FOUND and AMOUNT_MISMATCH (by split: there is none, or the share is another, `details.shareMinor`),
 *   CURRENCY_MISMATCH, METHOD_NOT_SUPPORTED, AMOUNT_BELOW_MINIMUM, AMOUNT_ABOVE_MAXIMUM, AMOUNT_NOT_CHARGEABLE (cards), IDEMPOTENCY_KEY_REUSED,
 *   CREATION_IN_PROGRESS, CARD_DECLINED, PROCESSOR_*
 */
export async function payTableSession(
  ctx: ServiceContext,
  raw: PayTableSessionInput,
): Promise<TablePaymentView> {
  const { idempotencyKey, ...input } = parseInput(payTableSessionInput, raw);
  const payer = payerKey(ctx.actor) ?? refuseStranger(ctx.actor, 'tableSession.pay');
  return answerInTime(ctx, pay(ctx, payer, input, idempotencyKey), () => {
    throw inProgress('payment');
  });
}

type Input = Omit<ReturnType<typeof payTableSessionInput.parse>, 'idempotencyKey'>;

async function pay(ctx: ServiceContext, payer: string, input: Input, key: string): Promise<TablePaymentView> {
  const payment = await startPayment(
    ctx,
    { procedure: 'tableSessions.pay', key, input },
    (tx) => lockSession(tx, ctx, input.tableSessionId),
    (tx, locked) => open(tx, ctx, payer, input, locked),
  );
  return readTablePayment(ctx, payment);
}

type LockedSession = { orders: { id: string }[]; session: SessionRow };

/** Sent together: what follows the locks sees what is true once they are held. Of a repeat too, the caller must be allowed. */
async function lockSession(tx: Tx, ctx: ServiceContext, tableSessionId: string): Promise<LockedSession> {
  const [orders, session] = await Promise.all([
    tx.query<{ id: string }>(lockOrdersOfSession, [tableSessionId]),
    readSessionFor(tx, ctx, 'tableSession.pay', tableSessionId),
  ]);
  return { orders, session };
}

async function open(
  tx: Tx,
  ctx: ServiceContext,
  payer: string,
  input: Input,
  { orders, session }: LockedSession,
): Promise<OpenedPayment> {
  if (session.isOver) throw sessionClosed();
  const bill = await tx.query<BillRow>(readBill, [wantedOrders(orders, input.orderIds), ctx.clock.now()]);
  if (bill.every((row) => row.cancelled))
    throw new ServiceError('NOTHING_DUE', 'There is nothing to pay at this table yet.');

  const split = input.bySplit ? await findShareToPay(tx, ctx, input.tableSessionId, input.shareMinor) : null;
  const shareMinor = split?.shareMinor ?? input.shareMinor ?? null;
  const known = await findOwn(tx, payer, input.tableSessionId, bill);
  if (split) assertNotPaidElsewhere(split, known);
  const opened = known
    ? await takeUp(tx, ctx, known, bill, { ...input, shareMinor })
    : await openNew(tx, ctx, { payer, bill, shareMinor, input });
  if (known && opened.next === 'CANCEL_FIRST') assertRoomWithout(known, bill, shareMinor);
  else if (split) await joinRound(tx, ctx, split, opened.paymentId);
  return opened;
}

function openNew(
  tx: Tx,
  ctx: ServiceContext,
  wanted: { payer: string; bill: readonly BillRow[]; shareMinor: number | null; input: Input },
): Promise<OpenedPayment> {
  const { payer, bill, shareMinor, input } = wanted;
  return openPayment(tx, ctx, {
    payer,
    bill,
    scope: 'TABLE_SESSION',
    shareMinor,
    tipMinor: input.tipMinor,
    method: input.method,
    saveCard: false,
    customerId: null,
  });
}

/** A guest who signed in meanwhile is another payer: their share is not paid a second time. */
function assertNotPaidElsewhere(split: ShareToPay, known: OwnPayment | null): void {
  if (!split.isPaying || (known && split.paymentIds.includes(known.id))) return;
  throw new ServiceError('BALANCE_HELD', 'Your share is being paid already. Finish or cancel that payment.');
}

/**
 * What becomes of the payer's open payment: one of a single order is replaced, the table's is reused if it still fits.
 */
async function takeUp(
  tx: Tx,
  ctx: ServiceContext,
  known: OwnPayment,
  bill: readonly BillRow[],
  wanted: { shareMinor: number | null; tipMinor: number; method: Input['method'] },
): Promise<OpenedPayment> {
  const isOtherBill = !known.orderIds.every((id) => bill.some((row) => row.orderId === id));
  if (known.scope === 'ORDER' || (isOtherBill && known.status !== 'PROCESSING'))
    return { paymentId: known.id, next: 'CANCEL_FIRST' };
  return takeUpAgain(tx, ctx, known, {
    billPartMinor: wanted.shareMinor ?? dueOf(bill).dueMinor,
    tipMinor: wanted.tipMinor,
    saveCard: false,
    isCash: wanted.method === 'CASH',
  });
}

/**
 * All orders of the session, or those that were asked for.
 * @throws ServiceError NOT_VISIBLE for one of another table
 */
export function wantedOrders(
  locked: readonly { id: string }[],
  orderIds: readonly string[] | undefined,
): string[] {
  const all = locked.map(({ id }) => id);
  if (orderIds === undefined) return all;
  if (!orderIds.every((id) => all.includes(id))) throw notVisible('Order');
  return all.filter((id) => orderIds.includes(id));
}

/** The payer's open payment that stands in the way: of this table, or of one of its orders by itself. */
async function findOwn(
  tx: Tx,
  payer: string,
  tableSessionId: string,
  bill: readonly BillRow[],
): Promise<OwnPayment | null> {
  const own = await findOwnPayments(tx, payer, tableSessionId);
  return (
    own.find((payment) => payment.scope === 'TABLE_SESSION') ??
    own.find((payment) => isInTheWay(payment, bill)) ??
    null
  );
}
