import { type EventOf, placeOf, type Source, type WireEvent } from './common';

/** The restaurant's figures moved: under the clients' name and under the requirements' (legacy-contract 7, row 25). */
export function analyticsPayloads(source: Source<EventOf<'analytics:updated'>>): WireEvent[] {
  const payload = { ...placeOf(source), metric: 'payments', period: 'today' };
  return ['analytics:update', 'analytics:updated'].map((name) => ({ name, payload }));
}

/** What only the platform's own staff hear. */
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
