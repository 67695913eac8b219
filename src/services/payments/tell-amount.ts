import type { PaymentStatus } from '@/domain/payment/status';
import type { ServiceContext } from '../context';
import type { ProcessorIntent } from '../ports';
import { intentAmountKey } from '../processor-keys';
import { requireIntentId } from './intent-of';
import type { PaymentRow } from './payment-row';
import { processorRefusal } from './processor-refusal';
import { findRow } from './read-view';
import { refreshFromProcessor } from './refresh';

/** A change of an open payment's total that is stored as pending. `sequence` tells it from earlier and later changes. */
export interface PendingAmount {
  row: PaymentRow;
  totalMinor: number;
  sequence: number;
}

/**
 * Tells the processor an intent's new amount and ends the pending change with what it answers. When the answer is not
 * known, the change stays pending: the next look at the intent ends it.
 * @param verb.settle ends the change; `intent` null: the processor did not take it
 * @param verb.assertChangeable refuses a payment that can no longer be changed, in the words of the verb
 * @throws ServiceError what `assertChangeable` throws, PROCESSOR_REFUSED, PROCESSOR_UNAVAILABLE,
 *   PROCESSOR_OUTCOME_UNKNOWN
 */
export async function tellAmount(
  ctx: ServiceContext,
  { row, totalMinor, sequence }: PendingAmount,
  verb: {
    settle(
      ctx: ServiceContext,
      paymentId: string,
      change: { sequence: number; intent: ProcessorIntent | null },
    ): Promise<boolean>;
    assertChangeable(status: PaymentStatus): void;
  },
): Promise<void> {
  const key = intentAmountKey(row.id, totalMinor, sequence);
  const answer = await ctx.processor.changeAmount(requireIntentId(row), totalMinor, key);
  await ctx.checkpoint('amount.after-processor-answered');
  if (answer.kind === 'ok') {
    await verb.settle(ctx, row.id, { sequence, intent: answer.value });
    return;
  }
  if (answer.kind !== 'unknown') await verb.settle(ctx, row.id, { sequence, intent: null });
  if (answer.kind === 'refused') {
    // Mostly because the guest has paid meanwhile: the caller hears what is true now.
    await refreshFromProcessor(ctx, row);
    verb.assertChangeable((await findRow(ctx, row.id)).status);
  }
  throw processorRefusal(answer.kind, answer.error);
}
