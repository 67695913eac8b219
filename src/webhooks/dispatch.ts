import type { ApplyEvent } from '@/services/inbox/apply-event';
import { applyChargeEvent } from './handlers/charge';
import { applyDisputeEvent } from './handlers/dispute';
import { applyIntentEvent } from './handlers/payment-intent';
import { applyMethodEvent } from './handlers/payment-method';
import { applyPayoutEvent } from './handlers/payout';
import { applyRefundEvent } from './handlers/refund';

/** One handler per Stripe object. An unknown type is answered 200 and kept, or Stripe would disable the endpoint. */
export const dispatch: ApplyEvent = async (tx, ctx, event) => {
  switch (event.subject.kind) {
    case 'intent':
      return applyIntentEvent(tx, ctx, event, event.subject.intent);
    case 'charge':
      return applyChargeEvent(tx, ctx, event, event.subject.charge);
    case 'refund':
      return applyRefundEvent(tx, ctx, event, event.subject.refund);
    case 'dispute':
      return applyDisputeEvent(tx, ctx, event, event.subject.dispute);
    case 'method':
      return applyMethodEvent(tx, ctx, event, event.subject.method);
    case 'payout':
      return applyPayoutEvent(tx, ctx, event, event.subject.payout);
    case 'unreadable':
      // An error keeps the event: retried, then dead, and replayed once the code can read it.
      throw new Error(`cannot read ${event.type}: ${event.subject.problem}`);
    default:
      return { kind: 'ignored', reason: `not handled: ${event.type}` };
  }
};
