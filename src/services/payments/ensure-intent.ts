import { claimCreation, parkCreation, readCreation, readCreationParams } from '@/db/sql/creation';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import type { CreateIntentParams, ProcessorIntent, ProcessorOutcome } from '../ports';
import { intentCreateKey } from '../processor-keys';
import { attachIntent } from './attach-intent';
import { processorRefusal } from './processor-refusal';
import { refuseCreation } from './refuse-creation';

type Creation = {
  attempt: number;
  params: CreateIntentParams;
  createdAt: Date;
  keyExpired: boolean;
};

/**
 * Brings a payment's intent into being, once. creation_state: PENDING while a node calls, CREATED or REFUSED at the end,
 * UNKNOWN when the call's end is not known. The opener calls at once; everyone else waits for it, or repairs what was
 * abandoned: look the intent up by listing, and only when there is none repeat with the stored parameters and key
 * (decision 18). A crash at any point leaves a state from which this goes on.
 * @throws ServiceError CARD_DECLINED, PROCESSOR_REFUSED, PROCESSOR_UNAVAILABLE, PROCESSOR_OUTCOME_UNKNOWN, CREATION_IN_PROGRESS
 */
export async function ensureIntent(
  ctx: ServiceContext,
  paymentId: string,
  role: { isOpener: boolean },
): Promise<void> {
  if (role.isOpener) {
    const creation = await ctx.db.one<Creation>(readCreationParams, [paymentId]);
    return finish(ctx, paymentId, await create(ctx, paymentId, creation));
  }
  for (let waitedMs = 0; waitedMs <= MAX_WAIT_MS; waitedMs += POLL_MS) {
    const seen = await ctx.db.one<{ state: string; failureReason: string | null; isAbandoned: boolean }>(
      readCreation,
      [paymentId],
    );
    if (seen.state === 'CREATED' || seen.state === 'NONE') return;
    if (seen.state === 'REFUSED') {
      throw new ServiceError(
        'PROCESSOR_REFUSED',
        seen.failureReason ?? 'The payment could not be created. Start again.',
      );
    }
    if (seen.isAbandoned) {
      const creation = await ctx.db.maybeOne<Creation>(claimCreation, [paymentId]);
      if (creation) return finish(ctx, paymentId, await repair(ctx, paymentId, creation));
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new ServiceError(
    'CREATION_IN_PROGRESS',
    'This payment is being created. Repeat with the same key in a moment.',
  );
}

// Clients give up after 10 s (legacy-contract 1.1); the processor's own limit is below that.
const MAX_WAIT_MS = 8_000;
const POLL_MS = 50;

function create(
  ctx: ServiceContext,
  paymentId: string,
  creation: Creation,
): Promise<ProcessorOutcome<ProcessorIntent>> {
  return ctx.processor.createIntent(creation.params, intentCreateKey(paymentId, creation.attempt));
}

async function repair(
  ctx: ServiceContext,
  paymentId: string,
  creation: Creation,
): Promise<ProcessorOutcome<ProcessorIntent>> {
  const createdFromSec = Math.floor(creation.createdAt.getTime() / 1000) - CLOCK_SKEW_SEC;
  const found = await ctx.processor.findIntentByPaymentId(paymentId, createdFromSec);
  if (found.kind !== 'ok') return found;
  if (found.value) return { kind: 'ok', value: found.value };
  const attempt = creation.keyExpired ? creation.attempt + 1 : creation.attempt;
  return create(ctx, paymentId, { ...creation, attempt });
}

const CLOCK_SKEW_SEC = 300;

async function finish(
  ctx: ServiceContext,
  paymentId: string,
  outcome: ProcessorOutcome<ProcessorIntent>,
): Promise<void> {
  if (outcome.kind === 'ok') return attachIntent(ctx, paymentId, outcome.value);
  if (outcome.kind === 'refused') {
    await refuseCreation(ctx, paymentId, outcome.error);
  } else {
    // A 5xx replayed from the key's memory is its answer for ever: the next try needs a new key, after looking (decision 18).
    const isStored = outcome.error.code === 'processor_error_stored';
    await ctx.db.query(parkCreation, [paymentId, isStored ? 1 : 0]);
    ctx.wake('creation');
  }
  ctx.log.warn({ paymentId, outcome: outcome.kind, detail: outcome.error.detail }, 'intent not created');
  throw processorRefusal(outcome.kind, outcome.error);
}
