import { createClients } from '../support/app-clients';
import { waitFor } from '../support/wait-for';
import type { ChaosWorld } from './callers';

const DAY_MS = 86_400_000;
const LIMIT_MS = 120_000;

/** Lets a node reconcile everything, over days around now that hold all of the storm on every restaurant's clock. */
export async function reconcile({ nodes, env }: ChaosWorld): Promise<void> {
  const [node] = nodes;
  if (!node) throw new Error('a storm has a node');
  const { reconciliation } = await createClients(node.url, env).asAdmin();
  const day = (offset: number) => new Date(Date.now() + offset * DAY_MS).toISOString().slice(0, 10);
  const { id: runId } = await reconciliation.start.mutate({
    fromDay: day(-3),
    toDay: day(8),
    idempotencyKey: `chaos-${Date.now()}`,
  });
  await waitFor(
    'the reconciliation ends',
    async () => {
      const { state } = await reconciliation.runs.get.query({ runId });
      return state === 'FINISHED' || state === 'FAILED';
    },
    LIMIT_MS,
  );
}
