import { z } from 'zod';
import { decodeCursor, pageOf } from '@/db/cursor';
import type { ShareKind } from '@/domain/payout-shares';
import type { Prisma } from '@/generated/prisma/client';
import { authorize } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible } from '../errors';
import { parseInput } from '../parse';
import type { Page } from '../payments/view';
import {
  type GetPayoutInput,
  getPayoutInput,
  type ListPayoutsInput,
  listPayoutsInput,
  type PayoutDetailView,
  type PayoutLinesInput,
  type PayoutLineView,
  type PayoutView,
  payoutLinesInput,
} from './schemas';

const position = z.tuple([z.iso.datetime(), z.string()]);

/**
 * Payouts, newest first, page by page: whole ones for admins, for owners what of them is their restaurant's (decision 7).
 * @throws ServiceError NOT_VISIBLE (another tenant's restaurant, or none named by an owner), FORBIDDEN, UNAUTHENTICATED, CURSOR_INVALID
 */
export async function listPayouts(ctx: ServiceContext, raw: ListPayoutsInput): Promise<Page<PayoutView>> {
  const { restaurantId, cursor, limit } = parseInput(listPayoutsInput, raw);
  authorize(ctx.actor, 'ledger.read', { restaurantId: restaurantId ?? null }, 'Payouts');
  const after = cursor === undefined ? null : decodeCursor(cursor, position);
  const rows = await ctx.prisma.payout.findMany({
    where: {
      AND: [restaurantId === undefined ? {} : { shares: { some: { restaurantId } } }, olderThan(after)],
    },
    include: {
      shares: { where: restaurantId === undefined ? {} : { restaurantId }, orderBy: { line: 'asc' } },
    },
    orderBy: [{ occurredAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
  });
  const { page, nextCursor } = pageOf(rows, limit, (last) => [last.occurredAt.toISOString(), last.id]);
  return {
    items: page.map((row) => toPayout(row, restaurantId)),
    nextCursor,
  };
}

/**
 * One payout with the sums of its lines; for owners their restaurant's part, and a payout without one is not there.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED
 */
export async function getPayout(ctx: ServiceContext, raw: GetPayoutInput): Promise<PayoutDetailView> {
  const { payoutId, restaurantId } = parseInput(getPayoutInput, raw);
  authorize(ctx.actor, 'ledger.read', { restaurantId: restaurantId ?? null }, 'Payout');
  const row = await ctx.prisma.payout.findFirst({
    where: { id: payoutId, ...(restaurantId === undefined ? {} : { shares: { some: { restaurantId } } }) },
    include: {
      shares: { where: restaurantId === undefined ? {} : { restaurantId }, orderBy: { line: 'asc' } },
    },
  });
  if (row === null) throw notVisible('Payout');
  const parts = await ctx.prisma.processorTransaction.groupBy({
    by: ['reportingCategory'],
    where: linesOf(payoutId, restaurantId),
    _count: true,
    _sum: { grossMinor: true, feeMinor: true, netMinor: true },
    orderBy: { reportingCategory: 'asc' },
  });
  return {
    ...toPayout(row, restaurantId),
    parts: parts.map(({ reportingCategory, _count, _sum }) => ({
      reportingCategory,
      count: _count,
      grossMinor: Number(_sum.grossMinor ?? 0),
      feeMinor: Number(_sum.feeMinor ?? 0),
      netMinor: Number(_sum.netMinor ?? 0),
    })),
  };
}

type Row = Prisma.PayoutGetPayload<{ include: { shares: true } }>;

function toPayout(row: Row, restaurantId: string | undefined): PayoutView {
  return {
    id: row.id,
    currency: row.currency,
    status: row.status,
    amountMinor: restaurantId === undefined ? Number(row.amountMinor) : null,
    shares: row.shares.map((share) => ({
      kind: share.kind as ShareKind,
      restaurantId: share.restaurantId,
      amountMinor: Number(share.amountMinor),
    })),
    failureCode: row.failureCode,
    traceId: row.traceId,
    arrivalAt: row.arrivalAt.toISOString(),
    createdAt: row.occurredAt.toISOString(),
  };
}

/** What it pays out; its own movement is no line of it. */
function linesOf(payoutId: string, restaurantId: string | undefined): Prisma.ProcessorTransactionWhereInput {
  return {
    payoutId,
    ...(restaurantId === undefined ? {} : { restaurantId }),
    OR: [{ sourceId: null }, { sourceId: { not: payoutId } }],
  };
}

/** What a payout pays out, newest first, page by page; for owners the transactions of their restaurant. @throws as listPayouts */
export async function payoutLines(ctx: ServiceContext, raw: PayoutLinesInput): Promise<Page<PayoutLineView>> {
  const { payoutId, restaurantId, cursor, limit } = parseInput(payoutLinesInput, raw);
  authorize(ctx.actor, 'ledger.read', { restaurantId: restaurantId ?? null }, 'Payout');
  const after = cursor === undefined ? null : decodeCursor(cursor, position);
  const rows = await ctx.prisma.processorTransaction.findMany({
    where: {
      AND: [linesOf(payoutId, restaurantId), olderThan(after)],
    },
    orderBy: [{ occurredAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
  });
  const { page, nextCursor } = pageOf(rows, limit, (last) => [last.occurredAt.toISOString(), last.id]);
  return {
    items: page.map((row) => ({
      id: row.id,
      reportingCategory: row.reportingCategory,
      sourceId: row.sourceId,
      paymentId: row.paymentId,
      restaurantId: row.restaurantId,
      grossMinor: Number(row.grossMinor),
      feeMinor: Number(row.feeMinor),
      netMinor: Number(row.netMinor),
      currency: row.currency,
      occurredAt: row.occurredAt.toISOString(),
    })),
    nextCursor,
  };
}

/** Rows after a page's last one, for lists by moment and id. */
function olderThan(after: readonly [string, string] | null) {
  if (after === null) return {};
  const at = new Date(after[0]);
  return { OR: [{ occurredAt: { lt: at } }, { occurredAt: at, id: { lt: after[1] } }] };
}
