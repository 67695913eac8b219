import type { Tx } from '@/db/transaction';
import { isCaptured } from '@/domain/payment/status';
import { isUuid } from '../ids';
import type { ProcessorCharge } from '../ports';
import type { FactOutcome } from './apply-intent';
import type { FactContext } from './fact-context';
import type { PaymentRow } from './payment-row';
import { lockPaymentsOfIntent } from './payments-of-intent';
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

type Found = { row: PaymentRow; outcome?: undefined } | { row: null; outcome: FactOutcome | null };

/**
 * The payment of an intent, its orders locked; by intent id, or by the payment id of the metadata while the intent id is
 * not stored yet. Without a row, `outcome` says what becomes of the fact: it waits for the payment that it names, is
 * done when that has another intent, or null when it names none.
 */
export async function findPaymentOfIntent(
  tx: Tx,
  intentId: string | null,
  claimedId: string | undefined,
): Promise<Found> {
  const claimed = isUuid(claimedId) ? claimedId : null;
  const rows = await lockPaymentsOfIntent(tx, intentId, claimed);
  const row =
    rows.find((r) => r.paymentIntentId === intentId) ?? rows.find((r) => r.paymentIntentId === null);
  if (row) return { row };
  if (rows.length > 0)
    return { row: null, outcome: { kind: 'ignored', reason: 'another intent of the payment' } };
  return { row: null, outcome: claimed === null ? null : { kind: 'waiting', for: claimed } };
}

/** The payment of an intent, its orders locked; null when there is none here, or it has another intent. */
export async function paymentOfIntent(
  tx: Tx,
  intentId: string | null,
  claimedId: string | undefined,
): Promise<PaymentRow | null> {
  return (await findPaymentOfIntent(tx, intentId, claimedId)).row;
}

/** For facts that name only an intent: ours but not here yet, or somebody else's on the same account. */
export function missingOrForeign(intentId: string | null, claimedId: string | undefined): FactOutcome {
  if (isUuid(claimedId)) return { kind: 'waiting', for: claimedId };
  if (intentId === null) return { kind: 'ignored', reason: 'foreign: no intent' };
  return { kind: 'waiting', for: intentId };
}
