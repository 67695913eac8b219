import type {
  ProcessorCharge,
  ProcessorDispute,
  ProcessorIntent,
  ProcessorMethod,
  ProcessorPayout,
  ProcessorRefund,
} from './processor-objects';

/** A normalised event of the processor. `payload` is the original body, kept for replay. */
export interface ProcessorEvent {
  id: string;
  type: string;
  createdSec: number;
  objectId: string;
  payload: string;
  subject:
    | { kind: 'intent'; intent: ProcessorIntent }
    | { kind: 'charge'; charge: ProcessorCharge }
    | { kind: 'refund'; refund: ProcessorRefund }
    | { kind: 'dispute'; dispute: ProcessorDispute }
    | { kind: 'method'; method: ProcessorMethod }
    | { kind: 'payout'; payout: ProcessorPayout }
    | { kind: 'other' }
    /** A known object with fields missing. The inbox keeps it until the code can read it. */
    | { kind: 'unreadable'; problem: string };
}

export type EventVerification =
  | { ok: true; event: ProcessorEvent }
  | { ok: false; reason: 'missing' | 'malformed' | 'mismatch' | 'stale' | 'future' | 'body' };

export interface EventReader {
  /** Checks the signature over the raw bytes against every configured secret before anything is parsed. */
  verify(rawBody: string, signatureHeader: string | null, now: Date): EventVerification;
  /** Reads a stored payload again (inbox retries, sweep). Throws on a body that is not an event. */
  parse(payload: string): ProcessorEvent;
}
