import { type EventOf, major, placeOf, type Source, type WireEvent } from './common';

/**
 * The restaurant's figures have changed; `value` is what was captured today. One message covers many payment events, so
 * `eventType` is constant. Sent under the clients' name and the requirements' name (legacy-contract 7, row 25).
 */
export function analyticsPayloads(source: Source<EventOf<'analytics:updated'>>): WireEvent[] {
  const { today } = source.event;
  const payload = {
    ...placeOf(source),
    metric: 'payments',
    eventType: 'payments:changed',
    period: 'today',
    ...(today && {
      value: major(today.grossMinor, today.currency),
      currency: today.currency,
      transactions: today.successful,
      tipAmount: major(today.tipMinor, today.currency),
      refundedAmount: major(today.refundedMinor, today.currency),
    }),
  };
  return ['analytics:update', 'analytics:updated'].map((name) => ({ name, payload }));
}

/** Events for platform admins only. */
export function platformPayload(
  source: Source<EventOf<'webhook:dead'> | EventOf<'reconciliation:finished'>>,
): WireEvent {
  const { event } = source;
  const more =
    event.type === 'webhook:dead'
      ? { stripeEventId: event.stripeEventId, stripeEventType: event.stripeEventType }
      : { runId: event.runId, status: event.status, discrepancies: event.discrepancies };
  return { name: event.type, payload: { ...placeOf(source), ...more } };
}
