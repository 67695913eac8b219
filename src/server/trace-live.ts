import type { Db } from '@/db/db';
import { readTraceparents } from '@/db/sql/traces';
import type { Tracing } from '@/observability/tracing';
import type { FeedEvent, LiveFeed } from '@/services/live/feed';
import type { Logger } from '@/services/ports';

/**
 * Ends a payment's trace where its subscribers hear of it: each live event becomes a span from its fact to the moment at which
 * this node told it. The trace is looked up by payment, so that it costs nothing where traces are off.
 */
export function traceLive(feed: LiveFeed, tracing: Tracing, db: Db, log: Logger): () => void {
  async function note(events: readonly FeedEvent[], toldMs: number): Promise<void> {
    const ids = [...new Set(events.map(({ paymentId }) => paymentId))];
    const rows = await db.query<{ id: string; traceparent: string }>(readTraceparents, [ids]);
    const traces = new Map(rows.map((row) => [row.id, row.traceparent]));
    for (const { type, eventId, paymentId, payload } of events) {
      const from = traces.get(paymentId ?? '');
      if (from === undefined) continue;
      const attributes = { 'tabsy.payment.id': paymentId ?? '', 'tabsy.event.id': eventId };
      tracing.note(
        { name: `live ${type}`, kind: 'internal', from, attributes },
        { startedMs: Date.parse(payload.at), endedMs: toldMs },
        false,
      );
    }
  }

  return feed.subscribe((batch) => {
    const toldMs = Date.now();
    const ofPayments = batch.filter(({ paymentId }) => paymentId !== null);
    if (ofPayments.length === 0) return;
    note(ofPayments, toldMs).catch((error: unknown) =>
      log.warn({ err: error }, 'live events are missing in the traces'),
    );
  });
}
