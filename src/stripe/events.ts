import type { EventReader, ProcessorEvent } from '@/services/ports';
import {
  childOrNull,
  type Fields,
  integer,
  isFields,
  MAX_ID_LENGTH,
  text,
  textOrNull,
  UnexpectedShape,
} from './fields';
import { toCharge, toIntent, toMethod, toRefund } from './normalise';
import { toDispute, toPayout } from './normalise-money';
import { createSignatureCheck } from './signature';

export interface EventReaderOptions {
  /** All are tried, so that one can be rotated. */
  secrets: readonly string[];
  toleranceSec: number;
}

/**
 * Reads Stripe's webhooks. `rawBody` is the body's bytes decoded as UTF-8 and nothing else; it becomes the payload as it is.
 * A signed body that is no event has the reason `body`; an event whose object lacks its promised fields is `unreadable`.
 * @throws RangeError for no secret or a tolerance below 1 s (see signature.ts)
 */
export function createEventReader({ secrets, toleranceSec }: EventReaderOptions): EventReader {
  const problemOf = createSignatureCheck(secrets, toleranceSec);
  return {
    verify(rawBody, signatureHeader, now) {
      const problem = problemOf(rawBody, signatureHeader, now);
      if (problem) return { ok: false, reason: problem };
      try {
        return { ok: true, event: parseEvent(rawBody) };
      } catch (error) {
        if (error instanceof UnexpectedShape || error instanceof SyntaxError)
          return { ok: false, reason: 'body' };
        throw error;
      }
    },
    parse: parseEvent,
  };
}

/** What the inbox has room for. */
const MAX_TYPE_LENGTH = 100;
/** Far more than any event of Stripe's has. PostgreSQL's stack ends at some thousands, and that of a walk through them. */
const DEEPEST = 200;

function parseEvent(payload: string): ProcessorEvent {
  return toEvent(JSON.parse(payload), payload);
}

/** An event as Stripe's SDK or a webhook gives it. `payload` is its JSON, kept for replay. */
export function toEvent(event: unknown, payload: string): ProcessorEvent {
  const object = isFields(event) ? childOrNull(childOrNull(event, 'data'), 'object') : null;
  if (!isFields(event) || event.object !== 'event' || !object) {
    throw new UnexpectedShape('The body is not an event.');
  }
  const [id, type] = [text(event, 'id'), text(event, 'type')];
  if (id.length > MAX_ID_LENGTH || type.length > MAX_TYPE_LENGTH)
    throw new UnexpectedShape('The event has no name to keep it by.');
  if (isDeeperThan(DEEPEST, event)) throw new UnexpectedShape('The event is nested too deep to be kept.');
  return {
    id,
    type,
    createdSec: integer(event, 'created'),
    // A few objects, such as a balance, have none; one too long to keep must not keep the event out.
    objectId: (textOrNull(object, 'id') ?? '').slice(0, MAX_ID_LENGTH),
    payload,
    subject: readableSubject(object),
  };
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  // Faster than a list of the values, in a place that every delivery passes.
  for (const name in value) if (isDeeperThan(levels - 1, (value as Fields)[name])) return true;
  return false;
}

function readableSubject(object: Fields): ProcessorEvent['subject'] {
  try {
    return subjectOf(object);
  } catch (error) {
    if (error instanceof UnexpectedShape) return { kind: 'unreadable', problem: error.message };
    throw error;
  }
}

function subjectOf(object: Fields): ProcessorEvent['subject'] {
  switch (object.object) {
    case 'payment_intent':
      return { kind: 'intent', intent: toIntent(object) };
    case 'charge':
      return { kind: 'charge', charge: toCharge(object) };
    case 'refund':
      return { kind: 'refund', refund: toRefund(object) };
    case 'dispute':
      return { kind: 'dispute', dispute: toDispute(object) };
    case 'payment_method':
      return { kind: 'method', method: toMethod(object) };
    case 'payout':
      return { kind: 'payout', payout: toPayout(object) };
    default:
      return { kind: 'other' };
  }
}
