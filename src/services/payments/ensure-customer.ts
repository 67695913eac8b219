import { setTimeout as pause } from 'node:timers/promises';
import { ensureUsers } from '@/db/sql/platform';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import type { ProcessorOutcome } from '../ports';
import { customerCreateKey } from '../processor-keys';
import { isKeySpent, unwrap } from './processor-refusal';

/**
 * The processor's customer of the signed-in guest, created on first need. Two at once create one: the key is the user's.
 * Staff and admins have none: a guest's card never ends up in the account of whoever types.
 * @throws ServiceError SAVE_CARD_NEEDS_SIGN_IN, PROCESSOR_*
 */
export async function ensureCustomer(ctx: ServiceContext): Promise<string> {
  if (ctx.actor.kind !== 'customer')
    throw new ServiceError('SAVE_CARD_NEEDS_SIGN_IN', 'Sign in to save a card, or pay without saving it.');
  const { userId } = ctx.actor;
  const known = await readCustomer(ctx, userId);
  if (known) return known;
  const { id } = unwrap(await createCustomer(ctx, userId));
  await ctx.db.query(ensureUsers, [[userId]]);
  await ctx.prisma.user.update({ where: { id: userId }, data: { stripeCustomerId: id } });
  return id;
}

const MAX_TRIES = 40;
const MAX_ATTEMPT = 3;
const PAUSE_MS = 100;

/**
 * While another call with the key is under way, waits for it. When the key is spent, takes the next key:
 * at worst a customer remains at the processor that nobody uses.
 */
async function createCustomer(
  ctx: ServiceContext,
  userId: string,
): Promise<ProcessorOutcome<{ id: string }>> {
  let attempt = 1;
  for (let tries = 1; ; tries++) {
    const outcome = await ctx.processor.createCustomer(userId, customerCreateKey(userId, attempt));
    if (outcome.kind !== 'unknown' || tries === MAX_TRIES) return outcome;
    if (outcome.error.code === 'idempotency_key_in_use') {
      await pause(PAUSE_MS);
      const made = await readCustomer(ctx, userId);
      if (made) return { kind: 'ok', value: { id: made } };
    } else if (isKeySpent(outcome.error) && attempt < MAX_ATTEMPT) {
      attempt += 1;
    } else return outcome;
  }
}

async function readCustomer(ctx: ServiceContext, userId: string): Promise<string | null> {
  const user = await ctx.prisma.user.findUnique({
    where: { id: userId },
    select: { stripeCustomerId: true },
  });
  return user?.stripeCustomerId ?? null;
}
