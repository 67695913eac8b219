import { insertAudit } from '@/db/sql/audit';
import { readNow } from '@/db/sql/clock';
import { insertErasure, readAnyMembership, readErasure } from '@/db/sql/privacy';
import { actorLabel } from '../actor';
import { answerInTime } from '../answer-in-time';
import { authorize } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible, ServiceError } from '../errors';
import { once, operationKey } from '../idempotency';
import { newId } from '../ids';
import { parseInput } from '../parse';
import { applyErasure, type Erasure, readTraces } from './apply-erasure';
import {
  type EraseCustomerInput,
  type EraseGuestInput,
  type ErasureView,
  eraseCustomerInput,
  eraseGuestInput,
  type SubjectType,
} from './schemas';

/** The rest goes on, and the worker finishes it should this process end. */
const ANSWER_LIMIT_MS = 5_000;

/**
 * Forgets a guest: names, addresses, browsers, notes, the card's digits, and what the processor told about them. Payments,
 * ledger, receipts and audit stay, by id. For admins.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, INVALID_INPUT, IDEMPOTENCY_KEY_REUSED
 */
export async function eraseGuest(ctx: ServiceContext, raw: EraseGuestInput): Promise<ErasureView> {
  authorize(ctx.actor, 'privacy.erase', {}, 'Guest');
  const { idempotencyKey, guestPublicId, paymentId } = parseInput(eraseGuestInput, raw);
  return guestPublicId === undefined
    ? erase(ctx, 'PAYMENT', paymentId ?? '', idempotencyKey)
    : erase(ctx, 'GUEST', guestPublicId, idempotencyKey);
}

/**
 * Forgets a signed-in customer the same way, with account, saved cards (detached at the processor) and login. Who works for a
 * restaurant must leave it first.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, ERASURE_REFUSED, IDEMPOTENCY_KEY_REUSED
 */
export async function eraseCustomer(ctx: ServiceContext, raw: EraseCustomerInput): Promise<ErasureView> {
  authorize(ctx.actor, 'privacy.erase', {}, 'Customer');
  const { idempotencyKey, userId } = parseInput(eraseCustomerInput, raw);
  const { isMember } = await ctx.db.one<{ isMember: boolean }>(readAnyMembership, [userId]);
  if (isMember) {
    throw new ServiceError(
      'ERASURE_REFUSED',
      'This person works for a restaurant. Let the platform end the membership first.',
    );
  }
  return erase(ctx, 'CUSTOMER', userId, idempotencyKey);
}

async function erase(
  ctx: ServiceContext,
  subjectType: SubjectType,
  subjectId: string,
  key: string,
): Promise<ErasureView> {
  // The database's time, as the rows have: by a clock that is behind, the last of them would stay.
  const { now } = await ctx.db.one<{ now: Date }>(readNow, []);
  const erasure: Erasure = { subjectType, subjectId, requestedAt: now };
  if ((await readTraces(ctx.db, erasure)) === null)
    throw notVisible(subjectType === 'CUSTOMER' ? 'Customer' : 'Guest');
  const operation = operationKey(ctx.actor, 'privacy.erase', key, { subjectType, subjectId });
  await ctx.db.transaction(async (tx) => {
    await once(tx, operation, async () => {
      await tx.query(insertErasure, [subjectType, subjectId, actorLabel(ctx.actor), erasure.requestedAt]);
      await tx.query(insertAudit, [
        newId(),
        actorLabel(ctx.actor),
        'privacy.erased',
        subjectType.toLowerCase(),
        subjectId,
        null,
        null,
        ctx.request.id,
      ]);
      return { subjectType, subjectId };
    });
  });
  const known = await ctx.db.one<Erasure & { appliedAt: Date | null }>(readErasure, [subjectType, subjectId]);
  if (known.appliedAt === null)
    await answerInTime(ctx, applyErasure(ctx, known), () => undefined, ANSWER_LIMIT_MS);
  const { requestedAt, appliedAt } = await ctx.db.one<{ requestedAt: Date; appliedAt: Date | null }>(
    readErasure,
    [subjectType, subjectId],
  );
  return {
    subjectType,
    subjectId,
    requestedAt: requestedAt.toISOString(),
    appliedAt: appliedAt?.toISOString() ?? null,
  };
}
