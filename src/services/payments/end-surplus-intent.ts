import { forgetSurplusIntent } from '@/db/sql/surplus-intents';
import type { ServiceContext } from '../context';
import type { ProcessorIntent, ProcessorOutcome } from '../ports';
import { intentCancelKey } from '../processor-keys';

export interface SurplusIntent {
  intentId: string;
  paymentId: string;
  attempt: number;
}

/**
 * Cancels an intent that its payment has no use for: nobody may pay it. Its row in surplus_intents stays until it is known to
 * be over, and so long the janitor comes back to it. What it has taken before is unexpected money, which its event tells of. One
 * that the processor does not know (another account, a test account that was emptied) is over: asking on would end nothing.
 */
export async function endSurplusIntent(ctx: ServiceContext, surplus: SurplusIntent): Promise<void> {
  const { intentId, paymentId, attempt } = surplus;
  const answer = await ctx.processor.cancelIntent(intentId, intentCancelKey(intentId, attempt));
  const seen = answer.kind === 'refused' ? await ctx.processor.retrieveIntent(intentId) : answer;
  if (answer.kind === 'ok' || isOver(seen) || isUnknown(seen)) {
    if (isUnknown(seen)) ctx.log.warn({ paymentId, intentId }, 'the processor knows no such intent too many');
    await ctx.db.query(forgetSurplusIntent, [intentId]);
    return;
  }
  ctx.log.warn({ paymentId, intentId, outcome: answer.kind }, 'an intent too many is not cancelled yet');
  ctx.wake('creation');
}

function isOver(answer: ProcessorOutcome<ProcessorIntent>): boolean {
  return answer.kind === 'ok' && (answer.value.status === 'canceled' || answer.value.status === 'succeeded');
}

function isUnknown(answer: ProcessorOutcome<ProcessorIntent>): boolean {
  return answer.kind === 'refused' && answer.error.code === 'resource_missing';
}
