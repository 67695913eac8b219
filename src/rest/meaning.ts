import { operationKey } from '@/services/idempotency';
import { readMeaning, storeMeaning } from '@/services/legacy/meaning';
import type { RestCall } from './call';

/**
 * What a body of this API means can depend on the bill as it is: a unit that is guessed, a rounding that is forgiven. With a key
 * of the client's own its repeat means the same as before, whatever the bill is by then (decision 26). Amounts and ids only.
 */
export async function knownMeaning<Meaning extends object>(call: RestCall): Promise<Meaning | null> {
  return call.hasOwnKey ? readMeaning<Meaning>(call.ctx, operationOf(call)) : null;
}

/** Keeps the meaning for repeats, where there can be some. @returns what counts: of several calls at once, the first one's */
export async function keepMeaning<Meaning extends object>(
  call: RestCall,
  meaning: Meaning,
): Promise<Meaning> {
  return call.hasOwnKey ? storeMeaning(call.ctx, operationOf(call), meaning) : meaning;
}

function operationOf({ ctx, idempotencyKey, body }: RestCall) {
  return operationKey(ctx.actor, 'rest.meaning', idempotencyKey, body);
}
