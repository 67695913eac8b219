import { runDue } from '@/services/reconciliation/run';
import type { ItemView, RunView } from '@/services/reconciliation/schemas';
import type { Client } from '../../support/app';
import { newKey } from '../../support/app';
import type { RecoveryStage } from '../recovery/support';

/** Days around now that hold everything a test does. */
export function aroundNow(): { fromDay: string; toDay: string } {
  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
  return { fromDay: day(-5), toDay: day(2) };
}

/** Starts a run as the client and works on it as the worker does. */
export async function runNow(
  { deps }: Pick<RecoveryStage, 'deps'>,
  client: Client,
  scope: { restaurantId?: string; fromDay?: string; toDay?: string } = {},
): Promise<RunView> {
  const { id } = await client.reconciliation.start.mutate({
    ...aroundNow(),
    ...scope,
    idempotencyKey: newKey(),
  });
  await runDue(deps);
  return client.reconciliation.runs.get.query({ runId: id });
}

/** Everything of a run that did not match. */
export async function itemsOf(client: Client, runId: string): Promise<ItemView[]> {
  const items: ItemView[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.reconciliation.runs.items.query({
      runId,
      limit: 100,
      ...(cursor ? { cursor } : {}),
    });
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}

/** `way class reason` of items that a person must look at, sorted. */
export function breaksOf(items: readonly ItemView[]): string[] {
  return items
    .filter((item) => item.class !== 'EXPECTED')
    .map((item) => `${item.way} ${item.class} ${item.reason}`)
    .sort();
}
