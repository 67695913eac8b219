import { claimCreation, parkCreation, readCreation, readCreationParams } from '@/db/sql/creation';
import { lockOrdersOfPayment } from '@/db/sql/read-payment';
import type { ServiceContext } from '../context';
import { inProgress } from '../in-progress';
import type { CreateIntentParams, ProcessorError, ProcessorIntent, ProcessorOutcome } from '../ports';
import { intentCreateKey } from '../processor-keys';
import { attachIntent } from './attach-intent';
import { originOf } from './fact-context';
import { lockPayment } from './locked-payment';
import { isKeySpent, processorRefusal } from './processor-refusal';
import { recordChange } from './record-change';
import { type CreationRefusal, refusalAgain, refuseCreation } from './refuse-creation';

/** What the call to the processor is made of. */
type Call = { attempt: number; params: CreateIntentParams };

type Creation = Call & {
  createdAt: Date;
  keyExpired: boolean;
};

type Seen = {
  state: 'NONE' | 'PENDING' | 'UNKNOWN' | 'CREATED' | 'REFUSED';
  failureReason: string | null;
  refusal: CreationRefusal | null;
  isAbandoned: boolean;
};

/**
 * Creates a payment's intent, once. creation_state: PENDING while a node calls, CREATED or REFUSED at the end, UNKNOWN
 * when the call's end is not known. The opener calls at once. Every other caller waits for it, or repairs an abandoned
 * creation: look the intent up by listing, and only when there is none repeat with the stored parameters and key
 * (decision 18). A crash at any point leaves a state from which this continues.
 * @param role.params what the opener has just stored for the first attempt, if it has it at hand
 * @throws ServiceError CARD_DECLINED, PROCESSOR_REFUSED, PROCESSOR_UNAVAILABLE, PROCESSOR_OUTCOME_UNKNOWN,
 *   CREATION_IN_PROGRESS
 */
export async function ensureIntent(
  ctx: ServiceContext,
  paymentId: string,
  role: { isOpener: boolean; params?: CreateIntentParams | undefined },
): Promise<void> {
  if (role.isOpener) {
    const creation = role.params
      ? { attempt: 1, params: role.params }
      : await ctx.db.one<Call>(readCreationParams, [paymentId]);
    return finish(ctx, paymentId, await create(ctx, paymentId, creation));
  }
  const untilMs = performance.now() + MAX_WAIT_MS;
  while (performance.now() < untilMs) {
    const seen = await ctx.db.one<Seen>(readCreation, [paymentId]);
    if (seen.state === 'CREATED' || seen.state === 'NONE') return;
    if (seen.state === 'REFUSED') throw refusalAgain(seen.refusal, seen.failureReason);
    if (seen.isAbandoned) {
      const creation = await claim(ctx, paymentId);
      if (creation) return finish(ctx, paymentId, await repair(ctx, paymentId, creation));
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw inProgress('payment');
}

// Below what a verb may take in all (answer-in-time.ts).
const MAX_WAIT_MS = 8_000;
const POLL_MS = 50;
const CLOCK_SKEW_SEC = 300;

function claim(ctx: ServiceContext, paymentId: string): Promise<Creation | null> {
  return ctx.db.transaction(async (tx) => {
    await tx.query(lockOrdersOfPayment, [paymentId]);
    return tx.maybeOne<Creation>(claimCreation, [paymentId]);
  });
}

function create(
  ctx: ServiceContext,
  paymentId: string,
  creation: Call,
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
  // A refused look, as while the API key is being changed, says nothing about the intent: it may exist.
  if (found.kind === 'refused') return { kind: 'unknown', error: found.error };
  if (found.kind !== 'ok') return found;
  // An earlier intent, from before the payment was to be paid in cash for a while, is not the one that is missing.
  const isMissingOne = found.value?.metadata.attempt === creation.params.metadata.attempt;
  if (found.value && isMissingOne) return { kind: 'ok', value: found.value };
  const attempt = creation.keyExpired ? creation.attempt + 1 : creation.attempt;
  return create(ctx, paymentId, { ...creation, attempt });
}

async function finish(
  ctx: ServiceContext,
  paymentId: string,
  outcome: ProcessorOutcome<ProcessorIntent>,
): Promise<void> {
  await ctx.checkpoint('create.after-processor-answered');
  if (outcome.kind === 'ok') {
    await attachIntent(ctx, paymentId, outcome.value);
    await ctx.checkpoint('create.after-second-transaction');
    return;
  }
  if (outcome.kind === 'refused') await refuseCreation(ctx, paymentId, outcome.error);
  else await park(ctx, paymentId, outcome.error);
  ctx.log.warn({ paymentId, outcome: outcome.kind, detail: outcome.error.detail }, 'intent not created');
  throw processorRefusal(outcome.kind, outcome.error);
}

/** Leaves the creation to the caller's repeat, or to the janitor. */
async function park(ctx: ServiceContext, paymentId: string, error: ProcessorError): Promise<void> {
  const origin = originOf(ctx);
  await ctx.db.transaction(async (tx) => {
    const row = await lockPayment(tx, paymentId);
    if (row?.creationState !== 'PENDING') return;
    await tx.query(parkCreation, [paymentId, isKeySpent(error) ? 1 : 0]);
    await recordChange(tx, origin, row, {
      action: 'creation_unfinished',
      patch: { creationState: 'UNKNOWN' },
      details: { code: error.code },
      events: [],
    });
  });
  ctx.wake('creation');
}
