import type { Source, WireEvent } from './common';
import { orderPayload } from './order';
import { disputePayload, paymentPayload } from './payment';
import { analyticsPayloads, platformPayload } from './platform';
import { splitCalculationPayload, splitPaymentPayload } from './split';
import { assistancePayload, guestPayload, sessionAfterMoney, tableSessionPayload } from './table-session';

export type { Audience, WireEvent } from './common';

/** What goes over the wire for one live event (legacy-contract 5.3 and 5.4). */
export function wireEvents(source: Source): WireEvent[] {
  const { event } = source;
  switch (event.type) {
    case 'payment:created':
    case 'payment:status_updated':
    case 'payment:processing':
    case 'payment:completed':
    case 'payment:failed':
    case 'payment:cancelled':
    case 'payment:refunded':
      return [paymentPayload({ ...source, event }), ...sessionAfterMoney(source)];
    case 'dispute:created':
    case 'dispute:updated':
      return [disputePayload({ ...source, event })];
    case 'payment:split_created':
    case 'payment:split_participant_updated':
    case 'payment:split_progress':
    case 'payment:split_completed':
    case 'payment:split_cancelled':
      return [splitPaymentPayload({ ...source, event })];
    case 'split:calculation_updated':
    case 'split:calculation_locked':
    case 'split:calculation_unlocked':
    case 'split:conflict_detected':
      return [splitCalculationPayload({ ...source, event })];
    case 'table:session_created':
    case 'table:session_updated':
    case 'table:session_closed':
      return [tableSessionPayload({ ...source, event })];
    case 'table:user_joined':
    case 'table:user_left':
      return [guestPayload({ ...source, event })];
    case 'assistance:requested':
      return [assistancePayload({ ...source, event })];
    case 'order:created':
    case 'order:updated':
    case 'order:status_updated':
      return [orderPayload({ ...source, event })];
    case 'analytics:updated':
      return analyticsPayloads({ ...source, event });
    case 'webhook:dead':
    case 'reconciliation:finished':
      return [platformPayload({ ...source, event })];
  }
}
