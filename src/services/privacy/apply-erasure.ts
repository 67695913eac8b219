import { lockUser, removeCard } from '@/db/sql/payment-methods';
import {
  forgetAuditClients,
  forgetAuditClientsAtTables,
  forgetCards,
  forgetDiscrepancyWords,
  forgetEvidence,
  forgetGuests,
  forgetNotifications,
  forgetParticipants,
  forgetPayments,
  forgetRefundReasons,
  forgetSplitRefundReasons,
  forgetSplits,
  forgetUser,
  readCustomerTraces,
  readGuestTraces,
  readKeptCards,
  readPaymentTraces,
  readProcessorIds,
  setErasureApplied,
} from '@/db/sql/privacy';
import { forgetStaffCallWords } from '@/db/sql/staff-calls';
import type { ServiceContext } from '../context';
import { noteCard } from '../payment-methods/audit';
import { detachCard } from '../payment-methods/detach';
import { redactPayloads } from './redact-payloads';
import type { SubjectType } from './schemas';

export interface Erasure {
  subjectType: SubjectType;
  subjectId: string;
  /** What the person leaves after this moment stays. */
  requestedAt: Date;
}

/** By which ids a person is known. */
export type Traces = {
  guestIds: string[];
  /** As which actors. */
  labels: string[];
  tableSessionIds: string[];
  paymentIds: string[];
  /** Splits that they made, called off, or had a share in. */
  splitGroupIds: string[];
  userId: string | null;
};

const STATEMENTS = { GUEST: readGuestTraces, CUSTOMER: readCustomerTraces, PAYMENT: readPaymentTraces };
const PAGE = 200;

/** Null: nobody of this id is known. */
export function readTraces(
  sql: ServiceContext['db'],
  { subjectType, subjectId, requestedAt }: Erasure,
): Promise<Traces | null> {
  return sql.maybeOne<Traces>(STATEMENTS[subjectType], [subjectId, requestedAt]);
}

/**
 * Goes through everything that says who somebody was and takes it away; the books stay, by id. In short transactions, each of
 * which may run again: what breaks off is finished by the worker (repeat.ts).
 */
export async function applyErasure(ctx: ServiceContext, erasure: Erasure): Promise<void> {
  const traces = await readTraces(ctx.db, erasure);
  if (traces !== null) {
    const cardIds =
      traces.userId === null ? [] : await forgetAccount(ctx, traces.userId, erasure.requestedAt);
    await ctx.db.query(forgetGuests, [traces.guestIds]);
    await ctx.db.query(forgetStaffCallWords, [traces.labels]);
    await ctx.db.query(forgetAuditClientsAtTables, [traces.tableSessionIds, traces.labels]);
    for (const groupIds of pagesOf(traces.splitGroupIds)) await forgetGroups(ctx, traces, groupIds);
    for (const paymentIds of pagesOf(traces.paymentIds)) await forgetPaid(ctx, traces, paymentIds);
    const ids = await ctx.db.query<{ id: string }>(readProcessorIds, [traces.paymentIds, traces.userId]);
    await redactPayloads(
      ctx.db,
      ids.map(({ id }) => id),
    );
    for (const cardId of cardIds) await detachCard(ctx, cardId);
  }
  await ctx.db.query(setErasureApplied, [erasure.subjectType, erasure.subjectId, ctx.clock.now()]);
}

/** The account itself. Its cards can pay nothing from now on; the processor is told afterwards, by the janitor if need be. */
async function forgetAccount(ctx: ServiceContext, userId: string, until: Date): Promise<string[]> {
  return ctx.db.transaction(async (tx) => {
    await tx.query(lockUser, [userId]);
    const cards = await tx.query<{ id: string }>(readKeptCards, [userId, until]);
    for (const { id } of cards) {
      await tx.query(removeCard, [id, true]);
      await noteCard(tx, ctx, 'card.removed', id);
    }
    await tx.query(forgetCards, [userId]);
    await tx.query(forgetUser, [userId]);
    return cards.map(({ id }) => id);
  });
}

/** Also of somebody who has no payment. Refunds first, as in the verbs that move them. */
async function forgetGroups(ctx: ServiceContext, { labels }: Traces, groupIds: string[]): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    await tx.query(forgetSplitRefundReasons, [groupIds]);
    await tx.query(forgetSplits, [groupIds, labels]);
  });
}

async function forgetPaid(ctx: ServiceContext, { userId }: Traces, paymentIds: string[]): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    await tx.query(forgetPayments, [paymentIds]);
    await tx.query(forgetRefundReasons, [paymentIds]);
    await tx.query(forgetParticipants, [paymentIds]);
    await tx.query(forgetAuditClients, [paymentIds]);
    await tx.query(forgetNotifications, [paymentIds, userId]);
    await tx.query(forgetEvidence, [paymentIds]);
    await tx.query(forgetDiscrepancyWords, [paymentIds]);
  });
}

function pagesOf(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / PAGE) }, (_, page) =>
    ids.slice(page * PAGE, (page + 1) * PAGE),
  );
}
