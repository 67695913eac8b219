import { readPaymentEventPayload } from '@/db/sql/payment-trace';
import { redactForDisplay } from '@/domain/redact';
import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible } from '../errors';
import { parseInput } from '../parse';
import { findRow, viewResource } from './read-view';
import { type RawEventInput, rawEventInput } from './schemas';
import type { RawEventView } from './view';

/**
 * One event of a payment as the processor sent it, for owners and admins. Whoever it names and every secret is left out: what
 * people need to look into is what happened (decisions 23 and 24). An event that is not about this payment is not there.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED
 */
export async function getRawEvent(ctx: ServiceContext, raw: RawEventInput): Promise<RawEventView> {
  const { paymentId, eventId } = parseInput(rawEventInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'payment.rawEvent');
  authorize(ctx.actor, 'payment.rawEvent', viewResource(await findRow(ctx, paymentId)), 'Payment');
  const row = await ctx.db.maybeOne<{ type: string; payload: unknown; receivedAt: Date }>(
    readPaymentEventPayload,
    [paymentId, eventId],
  );
  if (row === null) throw notVisible('Event');
  return {
    eventId,
    type: row.type,
    receivedAt: row.receivedAt.toISOString(),
    payload: redactForDisplay(row.payload),
  };
}
