import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@/trpc/routers';
import { duration } from '../format';

export type SystemStatus = inferRouterOutputs<AppRouter>['system']['status'];

/** Later than this, a job or an event waits for more than its turn. */
export const LATE_MS = 60_000;
/** Live events wait for every running transaction; longer than this, somebody watches a page that stands still. */
const HELD_MS = 5_000;
/** Of the connections that the database takes. */
const MOST_OF_CONNECTIONS = 0.9;

/** What a person should look at, in words, worst first; nothing when all is well. */
export function problemsOf(status: SystemStatus): string[] {
  const { processor, inbox, outbox, jobs, database } = status;
  const late = (jobs ?? []).filter((job) => job.lateMs > LATE_MS);
  const connections = database.connections.reduce((sum, { total }) => sum + total, 0);
  return [
    processor.problem !== null && `Stripe does not answer: ${processor.problem}`,
    jobs === null && 'No worker has run on this database: nothing is recovered, expired or reminded.',
    late.length > 0 && `Jobs are late: ${late.map(({ task }) => task).join(', ')}. Is a worker running?`,
    inbox.dead > 0 && `Webhook events that gave up: ${inbox.dead}. Look at them and replay them.`,
    inbox.overdueMs > LATE_MS && `A webhook event is overdue by ${duration(inbox.overdueMs)}.`,
    outbox.heldMs > HELD_MS && `Live events are held back by a transaction for ${duration(outbox.heldMs)}.`,
    connections > MOST_OF_CONNECTIONS * database.maxConnections &&
      `${connections} of ${database.maxConnections} database connections are taken.`,
  ].filter((problem) => problem !== false);
}
