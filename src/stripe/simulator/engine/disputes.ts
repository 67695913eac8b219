import type Stripe from 'stripe';
import { invalidRequest } from '../errors';
import { newId } from '../ids';
import type { Cause, World } from '../world';
import { recordMovement } from './balance';
import { settleCharge } from './settle';

/** Stripe's dispute fee, minor units; it is not returned when the dispute is won. */
const DISPUTE_FEE_MINOR = 1500;
const DUE_AFTER_SECONDS = 7 * 86_400;

const EVIDENCE_FIELDS = [
  'access_activity_log',
  'billing_address',
  'cancellation_policy',
  'cancellation_policy_disclosure',
  'cancellation_rebuttal',
  'customer_communication',
  'customer_email_address',
  'customer_name',
  'customer_purchase_ip',
  'customer_signature',
  'duplicate_charge_documentation',
  'duplicate_charge_explanation',
  'duplicate_charge_id',
  'product_description',
  'receipt',
  'refund_policy',
  'refund_policy_disclosure',
  'refund_refusal_explanation',
  'service_date',
  'service_documentation',
  'shipping_address',
  'shipping_carrier',
  'shipping_date',
  'shipping_documentation',
  'shipping_tracking_number',
  'uncategorized_file',
  'uncategorized_text',
] as const;
export type EvidenceField = (typeof EVIDENCE_FIELDS)[number];

function emptyEvidence(): Stripe.Dispute.Evidence {
  const texts = Object.fromEntries(EVIDENCE_FIELDS.map((name) => [name, null])) as Record<
    EvidenceField,
    null
  >;
  return { ...texts, enhanced_evidence: {} };
}

function withdrawal(
  world: World,
  disputeId: string,
  charge: Stripe.Charge,
  amount: number,
): Stripe.BalanceTransaction {
  return recordMovement(world, {
    amount: -amount,
    fee: DISPUTE_FEE_MINOR,
    feeDescription: 'Dispute fee',
    currency: charge.currency,
    description: `Chargeback withdrawal for ${charge.id}`,
    reportingCategory: 'dispute',
    source: disputeId,
    type: 'adjustment',
    immediate: true,
  });
}

/** Opens a dispute on a charge and withdraws its funds; by default for all that is not refunded. */
export function openDispute(
  world: World,
  chargeId: string,
  amountMinor?: number,
  reason = 'fraudulent',
): Stripe.Dispute {
  const { store } = world;
  settleCharge(world, chargeId);
  const charge = store.charges.get(chargeId, 'charge');
  const amount = amountMinor ?? charge.amount_captured - charge.amount_refunded;
  if (charge.disputed || !charge.paid || amount <= 0 || amount > charge.amount_captured) {
    throw invalidRequest(`Charge ${chargeId} cannot be disputed for ${amount}.`);
  }
  const id = newId('dp');
  const dispute: Stripe.Dispute = {
    id,
    object: 'dispute',
    amount,
    balance_transactions: [],
    charge: charge.id,
    created: world.now(),
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: emptyEvidence(),
    evidence_details: {
      due_by: world.now() + DUE_AFTER_SECONDS,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method_details: {
      card: {
        brand: charge.payment_method_details?.card?.brand ?? 'visa',
        case_type: 'chargeback',
        network: charge.payment_method_details?.card?.network ?? 'visa',
        network_reason_code: '10.4',
      },
      type: 'card',
    },
    reason,
    status: 'needs_response',
  };
  store.charges.patch(charge.id, { disputed: true });
  const created = store.disputes.insert(dispute);
  world.emit('charge.dispute.created', created, null);
  const txn = withdrawal(world, id, charge, amount);
  const withdrawn = store.disputes.patch(id, { balance_transactions: [txn] });
  world.emit('charge.dispute.funds_withdrawn', withdrawn, null, created);
  return withdrawn;
}

const OPEN = new Set<string>(['needs_response', 'under_review']);

/** Stores evidence; submitting it starts the review, or decides it at once by Stripe's test words. */
export function submitEvidence(
  world: World,
  disputeId: string,
  change: {
    evidence?: Partial<Record<EvidenceField, string | null>>;
    metadata?: Record<string, string>;
    submit: boolean;
  },
  cause: Cause | null,
): Stripe.Dispute {
  const before = world.store.disputes.get(disputeId);
  if (!OPEN.has(before.status)) throw invalidRequest(`Dispute ${disputeId} is closed (${before.status}).`);
  const evidence = { ...before.evidence, ...change.evidence };
  const details = before.evidence_details;
  const after = world.store.disputes.patch(disputeId, {
    evidence,
    metadata: change.metadata ?? before.metadata,
    ...(change.submit ? { status: 'under_review' } : {}),
    evidence_details: {
      ...details,
      has_evidence: details.has_evidence || change.evidence !== undefined,
      submission_count: details.submission_count + (change.submit ? 1 : 0),
      submission_method: change.submit ? 'manual' : details.submission_method,
    },
  });
  world.emit('charge.dispute.updated', after, cause, before);
  const verdict = evidence.uncategorized_text;
  if (!change.submit || (verdict !== 'winning_evidence' && verdict !== 'losing_evidence')) return after;
  closeDispute(world, disputeId, verdict === 'winning_evidence' ? 'won' : 'lost', null);
  return world.store.disputes.get(disputeId);
}

/** Decides a dispute: won returns the funds (not the fee), lost keeps them withdrawn. */
export function closeDispute(
  world: World,
  disputeId: string,
  outcome: 'won' | 'lost',
  cause: Cause | null,
): Stripe.Dispute {
  const { store } = world;
  const before = store.disputes.get(disputeId);
  if (!OPEN.has(before.status))
    throw invalidRequest(`Dispute ${disputeId} is already closed (${before.status}).`);
  if (outcome === 'lost') {
    const lost = store.disputes.patch(disputeId, { status: 'lost' });
    world.emit('charge.dispute.closed', lost, cause);
    return lost;
  }
  const txn = recordMovement(world, {
    amount: before.amount,
    currency: before.currency,
    description: `Chargeback reversal for ${before.charge}`,
    reportingCategory: 'dispute_reversal',
    source: disputeId,
    type: 'adjustment',
    immediate: true,
  });
  const won = store.disputes.patch(disputeId, {
    status: 'won',
    is_charge_refundable: true,
    balance_transactions: [...before.balance_transactions, txn],
  });
  store.charges.patch(String(before.charge), { disputed: false });
  world.emit('charge.dispute.closed', won, cause);
  world.emit('charge.dispute.funds_reinstated', won, cause);
  return won;
}
