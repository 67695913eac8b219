import { answerInTime } from '../answer-in-time';
import type { ServiceContext } from '../context';
import { once, operationKey } from '../idempotency';
import { newId } from '../ids';
import { inProgress } from '../in-progress';
import { parseInput } from '../parse';
import { ensureCustomer } from '../payments/ensure-customer';
import { isKeySpent, unwrap } from '../payments/processor-refusal';
import type { ProcessorOutcome, ProcessorSetup } from '../ports';
import { setupCreateKey } from '../processor-keys';
import { ownerOf } from './cards';
import { type SetupCardInput, setupCardInput } from './schemas';
import type { CardSetupView } from './view';

/**
 * Begins to save a card without paying. The browser confirms with the client secret, and a webhook adds the card to the
 * list. A repeat with the same key answers the same setup. The key of the processor call is made from it, so a lost
 * answer leaves at worst one unused setup at the processor.
 * @throws ServiceError UNAUTHENTICATED, FORBIDDEN, IDEMPOTENCY_KEY_REUSED, CREATION_IN_PROGRESS, PROCESSOR_*
 */
export async function setupCard(ctx: ServiceContext, raw: SetupCardInput): Promise<CardSetupView> {
  const { idempotencyKey } = parseInput(setupCardInput, raw);
  ownerOf(ctx);
  return answerInTime(ctx, setup(ctx, idempotencyKey), () => {
    throw inProgress('card setup');
  });
}

async function setup(ctx: ServiceContext, key: string): Promise<CardSetupView> {
  const customerId = await ensureCustomer(ctx);
  const operation = operationKey(ctx.actor, 'paymentMethods.setupIntent', key, {});
  const { ids } = await ctx.db.transaction((tx) => once(tx, operation, async () => ({ setupId: newId() })));
  const { id, clientSecret } = unwrap(await create(ctx, customerId, ids.setupId));
  return { setupIntentId: id, clientSecret };
}

const MAX_ATTEMPT = 3;

/** A key whose stored answer is an error is replaced by the next one: a setup moves no money. */
async function create(
  ctx: ServiceContext,
  customerId: string,
  setupId: string,
): Promise<ProcessorOutcome<ProcessorSetup>> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await ctx.processor.createSetup(customerId, setupCreateKey(setupId, attempt));
    if (outcome.kind !== 'unknown' || !isKeySpent(outcome.error) || attempt === MAX_ATTEMPT) return outcome;
  }
}
