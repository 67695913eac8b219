import { switchToCash } from '@/db/sql/cash';
import type { Tx } from '@/db/transaction';
import type { FactOutcome } from './apply-intent';
import type { FactContext } from './fact-context';
import { holdEnd } from './open-payment';
import type { PaymentRow } from './payment-row';
import { recordChange } from './record-change';

/**
 * The intent of a payment whose method changes is cancelled: nobody can charge the card any more, so the payment goes on as a
 * cash request, be it for a moment on the way to another intent, and keeps its part of the bill. Facts start over
 * (domain/payment/transition.ts).
 */
export async function becomeCash(tx: Tx, ctx: FactContext, row: PaymentRow): Promise<FactOutcome> {
  await tx.query(switchToCash, [row.id, holdEnd(ctx, row.scope)]);
  await recordChange(tx, ctx, row, {
    action: 'method_changed',
    patch: {
      status: 'PENDING',
      method: 'CASH',
      provider: 'CASH',
      paymentIntentId: null,
      transactionId: null,
      clientSecret: null,
      chargeId: null,
      cardBrand: null,
      cardLast4: null,
      cardFunding: null,
      wallet: null,
      creationState: 'NONE',
      // Only the cancelled intent knew it.
      pendingTipMinor: null,
      factAtSec: null,
      factRank: null,
      failureReason: null,
      failureCode: null,
    },
    details: { intentId: row.paymentIntentId, to: 'CASH' },
    events: ['payment:status_updated'],
  });
  return { kind: 'applied' };
}
