import { isOpen } from '@/domain/payment/status';
import { hasPaid, SPLIT_STATES, splitProgress } from '@/domain/split';
import type { Prisma } from '@/generated/prisma/client';
import { isHouse } from '../actor';
import type { ServiceContext } from '../context';
import { notVisible } from '../errors';
import { isUuid } from '../ids';
import { ALLOCATION_INCLUDE, allocatedMinor } from '../payments/allocated';
import { fieldsOf, toView, VIEW_INCLUDE } from '../payments/read-view';
import { isCreator, isMember } from './group-row';
import type { SplitGroupView, SplitParticipantView } from './view';

const PAYMENT_INCLUDE = {
  ...VIEW_INCLUDE,
  ...ALLOCATION_INCLUDE,
  paymentRefunds: { select: { status: true } },
} as const satisfies Prisma.PaymentInclude;

/** What a group's view is made of. Ids are UUIDv7, so participants come in the order in which they were named. */
export const GROUP_INCLUDE = {
  participants: { orderBy: { id: 'asc' }, include: { payment: { include: PAYMENT_INCLUDE } } },
} as const satisfies Prisma.SplitGroupInclude;

type FoundGroup = Prisma.SplitGroupGetPayload<{ include: typeof GROUP_INCLUDE }>;
type FoundShare = FoundGroup['participants'][number];

/** One group's row. A malformed id belongs to nothing (decision 3). @throws ServiceError NOT_VISIBLE */
export async function findGroup(ctx: ServiceContext, groupId: string): Promise<FoundGroup> {
  const group = isUuid(groupId)
    ? await ctx.prisma.splitGroup.findUnique({ where: { id: groupId }, include: GROUP_INCLUDE })
    : null;
  if (!group) throw notVisible('Split');
  return group;
}

/** Reads a group for a caller who was authorised already. @throws ServiceError NOT_VISIBLE */
export async function readGroup(ctx: ServiceContext, groupId: string): Promise<SplitGroupView> {
  return toGroupView(ctx, await findGroup(ctx, groupId));
}

/** Who has a share, for authorizeGroup(). */
export function membersOf(group: FoundGroup) {
  return group.participants.map(({ payment }) => ({
    guestSessionId: payment.sessionId,
    customerId: payment.customerId,
  }));
}

/** The group as this actor may see it. What is paid is derived from the payments, never from a copy. */
export function toGroupView(
  ctx: Pick<ServiceContext, 'actor' | 'settings'>,
  group: FoundGroup,
): SplitGroupView {
  const participants = group.participants.map((share) => toParticipantView(ctx, group, share));
  const progress = splitProgress(
    group.totalMinor,
    group.participants.map(({ payment }) => ({
      status: payment.status,
      amountMinor: billPartOf(payment),
      refundedMinor: payment.paymentAllocations.reduce((sum, part) => sum + part.refundedMinor, 0),
    })),
  );
  return {
    id: group.id,
    restaurantId: group.restaurantId,
    orderId: group.orderId,
    tableSessionId: group.tableSessionId,
    currency: group.currency,
    state: SPLIT_STATES.find((state) => state === group.state) ?? 'OPEN',
    isComplete: group.state === 'COMPLETED',
    totalMinor: group.totalMinor,
    paidMinor: progress.paidMinor,
    remainingMinor: progress.remainingMinor,
    progressPercent: progress.percent,
    paidCount: progress.paidCount,
    participantCount: progress.shareCount,
    refundsProcessed: group.participants.filter(({ payment }) =>
      payment.paymentRefunds.some((refund) => refund.status !== 'FAILED'),
    ).length,
    participants,
    createdAt: group.createdAt.toISOString(),
    updatedAt: group.updatedAt.toISOString(),
    completedAt: group.completedAt?.toISOString() ?? null,
    cancelledAt: group.cancelledAt?.toISOString() ?? null,
  };
}

function toParticipantView(
  { actor, settings }: Pick<ServiceContext, 'actor' | 'settings'>,
  group: FoundGroup,
  share: FoundShare,
): SplitParticipantView {
  const { payment } = share;
  const member = { guestSessionId: payment.sessionId, customerId: payment.customerId };
  const isOwn = isMember(actor, member);
  const isAnybodys = member.guestSessionId === null && member.customerId === null;
  const mayPay = isOwn || (isAnybodys && isCreator(actor, group));
  const view = toView(fieldsOf(payment), actor, settings.publicUrl);
  const amountMinor = billPartOf(payment);
  return {
    id: share.id,
    name: share.participantName,
    email:
      isOwn || isCreator(actor, group) || isHouse(actor, group.restaurantId) ? share.participantEmail : null,
    amountMinor,
    tipMinor: payment.totalMinor - amountMinor,
    hasPaid: hasPaid(payment),
    payment: mayPay ? { ...view, ...payersPart(payment) } : view,
  };
}

/** What who pays a share needs for its card form, and to see why a card was declined. */
function payersPart(payment: FoundShare['payment']) {
  const { status, clientSecret, paymentIntentId, failureReason } = payment;
  return { clientSecret: isOpen(status) ? clientSecret : null, paymentIntentId, failureReason };
}

function billPartOf(payment: FoundShare['payment']): number {
  return payment.paymentAllocations.reduce((sum, part) => sum + allocatedMinor(part), 0);
}
