import { readBill } from '@/db/sql/bill';
import { lockOrdersOfSession } from '@/db/sql/platform';
import {
  readItemsOfOrders,
  readOrderIdsOfSession,
  readSharePayments,
  readSplitCalculation,
  readSplitGuests,
} from '@/db/sql/split-calculations';
import { readTableSession } from '@/db/sql/table-sessions';
import type { Tx } from '@/db/transaction';
import { amountDue } from '@/domain/bill';
import type { SplitChoices, SplitType } from '@/domain/split-calculation';
import type { ItemOrder } from '@/domain/split-items';
import type { SharePayment } from '@/domain/split-round';
import type { Action } from '../authorize';
import type { ServiceContext } from '../context';
import type { BillRow } from '../payments/plan';
import { readSessionFor, type SessionRow } from '../table-sessions/session';
import { storedChoices, storedParticipants, storedShares } from './schemas';

/** A table's calculation with all that a decision about it needs, read under one snapshot or lock. */
export interface SplitState {
  session: SessionRow;
  /** Null: nobody has split this table's bill yet. */
  calculation: CalculationRow | null;
  guests: { publicId: string; isHost: boolean; joinedAt: Date; isPresent: boolean }[];
  /** The session's orders that are not cancelled, with what each owes. */
  orders: ItemOrder[];
  /** Of the present bill, oldest first. */
  payments: SharePaymentRow[];
}

export interface CalculationRow {
  id: string;
  type: SplitType;
  participants: string[];
  choices: SplitChoices;
  round: number;
  firstRound: number;
  /** Both null until the round's first payment. */
  baseMinor: number | null;
  shares: { guestPublicId: string; shareMinor: number }[] | null;
  lockedBy: string | null;
  lockReason: string | null;
  lockedAt: Date | null;
  /** Without a payment the explicit hold ends here. */
  lockedUntil: Date | null;
  updatedBy: string;
  updatedAt: Date;
  stampedAt: Date;
}

type SharePaymentRow = SharePayment & { id: string; round: number; createdAt: Date };

/**
 * Locks the session's orders, so that nobody pays or changes the split meanwhile, and reads its calculation for who may do
 * this. @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED
 */
export async function lockSplit(
  tx: Tx,
  ctx: ServiceContext,
  action: Action,
  tableSessionId: string,
): Promise<SplitState> {
  await tx.query(lockOrdersOfSession, [tableSessionId]);
  return readSplit(tx, ctx, action, tableSessionId);
}

/** The same without a lock: of one moment, if the transaction is REPEATABLE READ. */
export async function readSplit(
  tx: Tx,
  ctx: ServiceContext,
  action: Action,
  tableSessionId: string,
): Promise<SplitState> {
  return readStateOf(tx, await readSessionFor(tx, ctx, action, tableSessionId), ctx.clock.now());
}

/** For callers who were authorised already, or who act on a fact. @param now by the clock of the rules */
export async function readSplitNow(tx: Tx, tableSessionId: string, now: Date): Promise<SplitState> {
  return readStateOf(tx, await tx.one<SessionRow>(readTableSession, [tableSessionId, now]), now);
}

async function readStateOf(tx: Tx, session: SessionRow, now: Date): Promise<SplitState> {
  const { tableSessionId } = session;
  const orders = await tx.query<{ id: string }>(readOrderIdsOfSession, [tableSessionId]);
  const orderIds = orders.map(({ id }) => id);
  const [row, guests, bill, items] = await Promise.all([
    tx.maybeOne<StoredRow>(readSplitCalculation, [tableSessionId]),
    tx.query<SplitState['guests'][number]>(readSplitGuests, [tableSessionId]),
    tx.query<BillRow>(readBill, [orderIds, now]),
    tx.query<ItemRow>(readItemsOfOrders, [orderIds]),
  ]);
  const payments = row ? await tx.query<SharePaymentRow>(readSharePayments, [row.id, row.firstRound]) : [];
  return {
    session,
    calculation: row && parsed(row),
    guests,
    orders: itemOrders(
      bill.filter((row) => row.currency === session.currency),
      items,
    ),
    payments,
  };
}

type StoredRow = Omit<CalculationRow, 'participants' | 'choices' | 'shares'> & {
  participants: unknown;
  choices: unknown;
  shares: unknown;
};
type ItemRow = { orderId: string; itemId: string; subtotalMinor: number };

function parsed(row: StoredRow): CalculationRow {
  return {
    ...row,
    participants: storedParticipants.parse(row.participants),
    choices: storedChoices.parse(row.choices),
    shares: storedShares.parse(row.shares),
  };
}

function itemOrders(bill: readonly BillRow[], items: readonly ItemRow[]): ItemOrder[] {
  const { orders } = amountDue({
    orders: bill,
    captured: new Map(bill.map((row) => [row.orderId, Math.max(0, row.capturedMinor)])),
    held: {},
  });
  return orders.map(({ orderId, dueMinor }) => ({
    dueMinor,
    items: items.filter((item) => item.orderId === orderId),
  }));
}
