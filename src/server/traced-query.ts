import type { ObserveQuery } from '@/db/sql';
import type { Tracing } from '@/observability/tracing';

/** Tells of a query to the metrics and, when it is part of a request, to its trace. */
export function tracedQuery(observe: ObserveQuery, tracing: Tracing): ObserveQuery {
  return (kind, name, ms, error) => {
    observe(kind, name, ms, error);
    const endedMs = Date.now();
    const span = { name: `db ${kind === 'transaction' ? kind : name}`, kind: 'client' as const };
    tracing.note(span, { startedMs: endedMs - ms, endedMs }, error !== null);
  };
}
