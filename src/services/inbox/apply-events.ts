import { runLanes } from '@/db/lanes';
import { shortLockTimeout } from '@/db/sql/inbox';
import { lockOrdersOfIntents } from '@/db/sql/read-payment';
import type { Tx } from '@/db/transaction';
import type { Deps } from '../context';
import { isUuid } from '../ids';
import type { FactOutcome } from '../payments/apply-intent';
import type { FactContext } from '../payments/fact-context';
import { type IntentReference, listOfIntents } from '../payments/payments-of-intent';
import type { ProcessorEvent } from '../ports';

export interface Applicable {
  event: ProcessorEvent;
  ctx: FactContext;
}

type Apply = Deps['inbox']['apply'];

/**
 * Applies events within the transaction, each by the same code as when it comes alone. Several go side by side, and their
 * statements as one, as far as they concern different tables; what concerns the same one goes in the order given. All
 * orders are locked first, in id order as ever; waits at most 300 ms for a lock.
 * @param items several only when all of them name an intent (`intentOf`)
 * @returns the outcomes, in the order of the items. @throws what applying one of them throws: then none of them counts
 */
export async function applyEvents(
  tx: Tx,
  apply: Apply,
  items: readonly Applicable[],
): Promise<FactOutcome[]> {
  const [first, second] = items;
  if (first === undefined) return [];
  if (second === undefined) {
    const [, outcome] = await Promise.all([
      tx.query(shortLockTimeout, []),
      apply(tx, first.ctx, first.event),
    ]);
    return [outcome];
  }
  const references = items.map(({ event }) => intentOf(event) ?? { intentId: null, claimedId: null });
  const [, locked] = await Promise.all([
    tx.query(shortLockTimeout, []),
    tx.query<LockedOrder>(lockOrdersOfIntents, [listOfIntents(references)]),
  ]);
  const outcomes: FactOutcome[] = [];
  const run = (lane: readonly number[]) => async (laneTx: Tx) => {
    for (const i of lane) {
      const item = items[i];
      if (item) outcomes[i] = await apply(laneTx, item.ctx, item.event);
    }
  };
  const { lanes, unlocked } = lanesOf(references, locked);
  await runLanes(tx, lanes.map(run));
  await run(unlocked)(tx);
  return outcomes;
}

/** How an event names its payment; null: it is of another kind, and always applied by itself. */
export function intentOf({ subject }: ProcessorEvent): IntentReference | null {
  if (subject.kind !== 'intent' && subject.kind !== 'charge') return null;
  const intentId = subject.kind === 'intent' ? subject.intent.id : subject.charge.intentId;
  const { paymentId } = (subject.kind === 'intent' ? subject.intent : subject.charge).metadata;
  return intentId === null ? null : { intentId, claimedId: isUuid(paymentId) ? paymentId : null };
}

type LockedOrder = { orderId: string; tableSessionId: string | null; intentId: string };

/**
 * Sorts events into lanes that have no order and no table in common: what a table's payments share, such as a split, is
 * guarded by locks, which do nothing within one transaction. `unlocked`: those whose payment was not there when the orders
 * were locked; it may appear at any moment, so they go one after the other, when nobody else is at work.
 */
export function lanesOf(
  references: readonly IntentReference[],
  locked: readonly LockedOrder[],
): { lanes: number[][]; unlocked: number[] } {
  let lanes: { touches: string[]; items: number[] }[] = [];
  const unlocked: number[] = [];
  references.forEach(({ intentId }, i) => {
    const touches = locked
      .filter((order) => order.intentId === intentId)
      .flatMap(({ orderId, tableSessionId }) => [
        `order ${orderId}`,
        ...(tableSessionId === null ? [] : [`table ${tableSessionId}`]),
      ]);
    if (touches.length === 0) {
      unlocked.push(i);
      return;
    }
    const met = lanes.filter((lane) => lane.touches.some((name) => touches.includes(name)));
    const joined = {
      touches: [...met.flatMap((lane) => lane.touches), ...touches],
      items: [...met.flatMap((lane) => lane.items), i].sort((a, b) => a - b),
    };
    lanes = [...lanes.filter((lane) => !met.includes(lane)), joined];
  });
  return { lanes: lanes.map((lane) => lane.items), unlocked };
}
