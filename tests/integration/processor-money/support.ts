import { syncProcessorMoney } from '@/services/processor-money/sync';
import { type RecoveryStage, retryNow } from '../recovery/support';

/** One run of the worker's task, whenever the last one was. */
export async function sync(stage: Pick<RecoveryStage, 'deps'>, signal?: AbortSignal): Promise<void> {
  await syncProcessorMoney(stage.deps, {
    everySec: 0,
    overlapSec: 300,
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Runs what Stripe does by itself, lets its events arrive, and applies those that met a lock. */
export async function settle(stage: Pick<RecoveryStage, 'app' | 'deps'>): Promise<void> {
  const { control } = stage.app.simulator;
  control.runScheduled();
  await control.waitForDeliveries();
  await retryNow(stage);
}

/** Balances per account of a set of books: a restaurant's, or the platform's own (null). */
export async function balances(
  { app }: Pick<RecoveryStage, 'app'>,
  restaurantId: string | null,
  currency = 'USD',
): Promise<Record<string, number>> {
  const admin = await app.asAdmin();
  const { books } = await admin.ledger.trialBalance.query(
    restaurantId === null ? { platformOnly: true } : { restaurantId },
  );
  const own = books.find((one) => one.currency === currency);
  return Object.fromEntries(
    (own?.accounts ?? []).map(({ account, balanceMinor }) => [account, balanceMinor]),
  );
}

export async function rowsOf<Row>({ app }: Pick<RecoveryStage, 'app'>, sql: string, values: unknown[] = []) {
  return (await app.database.pool.query(sql, values)).rows as Row[];
}
