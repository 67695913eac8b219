import { findOpenSplitGroup, insertSplitGroup, insertSplitParticipant } from '@/db/sql/splits';
import type { Tx } from '@/db/transaction';
import { checkParts, splitProgress } from '@/domain/split';
import { actorLabel, payerKey } from '../actor';
import { answerInTime } from '../answer-in-time';
import { refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { onceLocked, operationKey } from '../idempotency';
import { newId } from '../ids';
import { inProgress } from '../in-progress';
import { emitLive } from '../live/emit';
import { parseInput } from '../parse';
import { openPayment } from '../payments/open-payment';
import { planPayment } from '../payments/plan';
import { assertDivisible, type BillOf, type LockedBill, lockBill, readAgain } from './bill';
import { ensureIntents } from './ensure-intents';
import { splitEvent } from './events';
import { type Participant, resolveParticipants } from './participants';
import { readGroup } from './read-group';
import { type CreateSplitInput, createSplitInput, type SplitPart } from './schemas';
import type { SplitGroupView } from './view';

/**
 * Divides what is due on an order, or on a table session's orders, into shares that were fixed beforehand: one payment
 * each, all of them held at once or none. They sum to the amount due (decision 9), so it must not be held in part
 * already. The intents are created after that, each by itself: one participant's refusal leaves the others as they are,
 * and what ends unknown is the janitor's. A second tap of the same person with the same parts answers the group that is
 * open.
 * @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED, FORBIDDEN, SESSION_CLOSED, ORDER_CANCELLED, CURRENCY_MISMATCH,
 *   METHOD_NOT_SUPPORTED, NOTHING_DUE, BALANCE_HELD, AMOUNT_MISMATCH (`details.sentMinor`, `dueMinor`), AMOUNT_BELOW_MINIMUM,
 *   AMOUNT_ABOVE_MAXIMUM, AMOUNT_NOT_CHARGEABLE, IDEMPOTENCY_KEY_REUSED, CREATION_IN_PROGRESS
 */
export async function createSplit(ctx: ServiceContext, raw: CreateSplitInput): Promise<SplitGroupView> {
  const { idempotencyKey, ...input } = parseInput(createSplitInput, raw);
  if (payerKey(ctx.actor) === null) refuseStranger(ctx.actor, 'split.create');
  return answerInTime(ctx, create(ctx, input, idempotencyKey), () => {
    throw inProgress('split');
  });
}

type Input = BillOf & { parts: SplitPart[]; currency?: string | undefined };
type Opened = { groupId: string; isNew: boolean };

async function create(ctx: ServiceContext, input: Input, key: string): Promise<SplitGroupView> {
  const operation = operationKey(ctx.actor, 'splits.create', key, input);
  await ctx.checkpoint('create.before-first-transaction');
  const { ids, isFirst } = await ctx.db.transaction((tx) =>
    onceLocked<Opened, LockedBill>(
      tx,
      operation,
      () => lockBill(tx, ctx, input),
      (bill) => open(tx, ctx, bill, input, operation.fingerprint),
    ),
  );
  await ctx.checkpoint('create.after-first-transaction');
  const isOpener = isFirst && ids.isNew;
  if (isOpener) ctx.wake('outbox');
  await ensureIntents(ctx, ids.groupId, { isOpener });
  return readGroup(ctx, ids.groupId);
}

async function open(
  tx: Tx,
  ctx: ServiceContext,
  bill: LockedBill,
  input: Input,
  fingerprint: string,
): Promise<Opened> {
  assertDivisible(bill, input.currency);
  const orderIds = bill.rows.map((row) => row.orderId);
  const known = await tx.maybeOne<{ id: string }>(findOpenSplitGroup, [
    orderIds,
    actorLabel(ctx.actor),
    fingerprint,
  ]);
  if (known) return { groupId: known.id, isNew: false };

  // Nothing due, or held in part by others: said before the parts are looked at.
  const { billPartMinor: dueMinor, allocations } = planPayment(bill.rows, null);
  const covered = allocations.map((part) => part.orderId).toSorted();
  checkParts(
    input.parts.map((part) => part.amountMinor),
    dueMinor,
  );
  const participants = await resolveParticipants(tx, ctx.actor, bill.rows, input.parts);
  const groupId = await storeGroup(tx, ctx, bill, { dueMinor, orderIds: covered, fingerprint, participants });
  for (const participant of participants) await openShare(tx, ctx, bill, groupId, participant);
  return { groupId, isNew: true };
}

async function storeGroup(
  tx: Tx,
  ctx: ServiceContext,
  bill: LockedBill,
  made: {
    dueMinor: number;
    orderIds: readonly string[];
    fingerprint: string;
    participants: readonly Participant[];
  },
): Promise<string> {
  const order = bill.rows.find((row) => made.orderIds.includes(row.orderId));
  if (!order) throw new Error('a split of no order');
  const id = newId();
  const now = ctx.clock.now();
  await tx.query(insertSplitGroup, [
    id,
    order.restaurantId,
    order.orderId,
    order.tableSessionId,
    order.currency,
    made.dueMinor,
    made.fingerprint,
    actorLabel(ctx.actor),
    now,
  ]);
  const group = { ...order, id, orderIds: made.orderIds, totalMinor: made.dueMinor };
  const progress = splitProgress(
    made.dueMinor,
    made.participants.map(({ part }) => ({ ...part, status: 'PENDING', refundedMinor: 0 })),
  );
  const told = { progress, previousStatus: null, status: 'OPEN', now };
  await emitLive(tx, [splitEvent('payment:split_created', group, told)]);
  return id;
}

/** One share's payment. Reads the bill again for each: the shares before it hold their parts, the last takes the rest. */
async function openShare(
  tx: Tx,
  ctx: ServiceContext,
  bill: LockedBill,
  groupId: string,
  { id, part, payer, guest, customerId, name }: Participant,
): Promise<void> {
  const { paymentId } = await openPayment(tx, ctx, {
    payer,
    bill: await readAgain(tx, ctx, bill),
    scope: bill.scope,
    shareMinor: part.amountMinor,
    tipMinor: part.tipMinor,
    method: part.method,
    saveCard: false,
    customerId: null,
    share: { splitGroupId: groupId, guest, userId: customerId },
  });
  await tx.query(insertSplitParticipant, [
    groupId,
    id,
    paymentId,
    guest?.publicId ?? customerId ?? id,
    name,
    part.email ?? null,
    part.amountMinor,
    part.tipMinor,
    ctx.clock.now(),
  ]);
}
