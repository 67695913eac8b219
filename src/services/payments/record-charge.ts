import type { Tx } from '@/db/transaction';
import { isCaptured } from '@/domain/payment/status';
import type { ProcessorCharge } from '../ports';
import type { FactOutcome } from './apply-intent';
import type { FactContext } from './fact-context';
import type { PaymentRow } from './payment-row';
import { findPaymentOfIntent } from './payments-of-intent';
import { type PaymentPatch, recordChange } from './record-change';

/**
 * Notes which card or wallet paid: the method and card funding follow the charge (decision 16). No money moves here.
 * @param isSuccess the charge took the money; false: news of a charge, which counts only for the one that did, as an
 *   intent has a charge for each failed attempt as well
 */
export async function recordCharge(
  tx: Tx,
  ctx: FactContext,
  charge: ProcessorCharge,
  isSuccess: boolean,
): Promise<FactOutcome> {
  const { row, outcome } = await findPaymentOfIntent(tx, charge.intentId, charge.metadata.paymentId);
  if (!row) return outcome ?? { kind: 'ignored', reason: 'foreign: no payment of ours' };
  if (row.chargeId !== charge.id && (!isSuccess || (row.chargeId !== null && isCaptured(row.status)))) {
    return { kind: 'ignored', reason: 'another charge of the intent paid, or none yet' };
  }
  const patch: PaymentPatch = {
    chargeId: charge.id,
    cardBrand: charge.cardBrand,
    cardLast4: charge.cardLast4,
    cardFunding: charge.cardFunding,
    wallet: charge.wallet,
    method: charge.wallet === null ? 'CARD' : 'DIGITAL_WALLET',
  };
  const changed = (Object.keys(patch) as (keyof PaymentPatch & keyof PaymentRow)[]).some(
    (key) => patch[key] !== row[key],
  );
  if (!changed) return { kind: 'ignored', reason: 'repeat: the charge is known' };
  await recordChange(tx, ctx, row, {
    action: 'charge_recorded',
    patch,
    details: { chargeId: charge.id, method: patch.method ?? null, cardFunding: patch.cardFunding ?? null },
    events: [],
  });
  return { kind: 'applied' };
}
