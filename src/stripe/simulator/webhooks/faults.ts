import { type Frequency, matchesGlob, type Rules } from '../rules';

/** A fault of webhook delivery for events that match. */
export interface WebhookFaultRule extends Frequency {
  /** Glob over the event type: `charge.*`, `payment_intent.succeeded`; default all. */
  typePattern?: string;
  kind: WebhookFaultKind;
  /** For `duplicate`: deliveries in total, default 2. */
  copies?: number;
  /** For `delay`: milliseconds. */
  delayMs?: number;
  /** For `reorder`: how many matching events are collected and delivered newest first, default 2. */
  window?: number;
  /** For `reorder`: an incomplete window is delivered after this long, default 200. */
  maxWaitMs?: number;
  /** For `stale_timestamp`: age of the signature, default 3600. */
  ageSeconds?: number;
}

/** `drop`, `duplicate`, `delay`, `reorder` act once per event; the two others on each attempt. */
export type WebhookFaultKind =
  | 'drop'
  | 'duplicate'
  | 'delay'
  | 'reorder'
  | 'bad_signature'
  | 'stale_timestamp';

const PER_ATTEMPT = new Set<WebhookFaultKind>(['bad_signature', 'stale_timestamp']);

/** The rule for an event that is queued, or for one attempt to deliver it. */
export function takeWebhookFault(
  rules: Rules<WebhookFaultRule>,
  moment: 'event' | 'attempt',
  type: string,
): WebhookFaultRule | undefined {
  return rules.take(
    (rule) =>
      PER_ATTEMPT.has(rule.kind) === (moment === 'attempt') &&
      (rule.typePattern === undefined || matchesGlob(rule.typePattern, type)),
  );
}
