import { lockOrdersOfIntent, readPaymentOfIntent } from '@/db/sql/read-payment';
import type { Tx } from '@/db/transaction';
import { isUuid } from '../ids';
import type { ProcessorCharge } from '../ports';
import type { FactOutcome } from './apply-intent';
import type { FactContext } from './fact-context';
import type { PaymentRow } from './payment-row';
import { type PaymentPatch, recordChange } from './record-change';

/** Notes which card or wallet paid: the method and card funding follow the charge (decision 16). No money moves here. */
export async function recordCharge(tx: Tx, ctx: FactContext, charge: ProcessorCharge): Promise<FactOutcome> {
  const row = await paymentOfIntent(tx, charge.intentId, charge.metadata.paymentId);
  if (!row) return missingOrForeign(charge.intentId, charge.metadata.paymentId);
  if (row.chargeId !== null && row.chargeId !== charge.id && row.status === 'COMPLETED') {
    return { kind: 'ignored', reason: 'another charge of the intent paid' };
  }
  const patch: PaymentPatch = {
    chargeId: charge.id,
    cardBrand: charge.cardBrand ?? row.cardBrand,
    cardLast4: charge.cardLast4 ?? row.cardLast4,
    cardFunding: charge.cardFunding ?? row.cardFunding,
    wallet: charge.wallet ?? row.wallet,
    method: (charge.wallet ?? row.wallet) === null ? 'CARD' : 'DIGITAL_WALLET',
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

/** The payment of an intent, its orders locked; null when there is none here. */
export async function paymentOfIntent(
  tx: Tx,
  intentId: string | null,
  claimedId: string | undefined,
): Promise<PaymentRow | null> {
  const keys = [intentId, isUuid(claimedId) ? claimedId : null];
  const [, rows] = await Promise.all([
    tx.query(lockOrdersOfIntent, keys),
    tx.query<PaymentRow>(readPaymentOfIntent, keys),
  ]);
  const row = rows.find((r) => r.paymentIntentId === intentId);
  return row ?? rows.find((r) => r.paymentIntentId === null) ?? null;
}

/** Ours but not here yet, or somebody else's on the same account. */
export function missingOrForeign(intentId: string | null, claimedId: string | undefined): FactOutcome {
  if (isUuid(claimedId)) return { kind: 'waiting', for: claimedId };
  if (intentId === null) return { kind: 'ignored', reason: 'foreign: no intent' };
  return { kind: 'waiting', for: intentId };
}
