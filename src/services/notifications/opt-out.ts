import { insertOptOut, readOptOutSubject } from '@/db/sql/notifications';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { parseInput } from '../parse';
import { type OptOutInput, optOutInput } from './schemas';

/** Of whose mails the link speaks. */
export interface OptOutView {
  restaurantId: string;
  restaurantName: string;
}

/**
 * Stops all mails of the restaurant to the address that got the mail with this token. Repeating it changes nothing, hence it
 * takes no idempotency key. The token is in the mail alone and opens nothing else.
 * @throws ServiceError NOT_FOUND
 */
export async function optOut(ctx: ServiceContext, raw: OptOutInput): Promise<OptOutView> {
  const { token } = parseInput(optOutInput, raw);
  const subject = await readSubject(ctx, token);
  await ctx.db.query(insertOptOut, [subject.addressKey, subject.restaurantId]);
  return { restaurantId: subject.restaurantId, restaurantName: subject.restaurantName };
}

/** What the page asks before it stops anything: a mail program that looks at links must not opt anybody out. */
export async function getOptOut(ctx: ServiceContext, raw: OptOutInput): Promise<OptOutView> {
  const { token } = parseInput(optOutInput, raw);
  const { restaurantId, restaurantName } = await readSubject(ctx, token);
  return { restaurantId, restaurantName };
}

async function readSubject(ctx: ServiceContext, token: string): Promise<OptOutView & { addressKey: string }> {
  const subject = await ctx.db.maybeOne<OptOutView & { addressKey: string }>(readOptOutSubject, [token]);
  if (subject === null)
    throw new ServiceError('NOT_FOUND', 'This link is unknown. Use the one in your mail.');
  return subject;
}
