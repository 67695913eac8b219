/**
 * What a dispute may be, in the order of its life (Stripe "How disputes work"): an inquiry (`warning_...`) may become a
 * dispute, a lost one may be appealed, and a win ends it. The order decides between facts of the same second.
 */
export const DISPUTE_STATUSES = [
  'warning_needs_response',
  'warning_under_review',
  'warning_closed',
  'needs_response',
  'under_review',
  'lost',
  'appeal_needs_response',
  'appeal_under_review',
  'prevented',
  'won',
] as const;
export type DisputeStatus = (typeof DISPUTE_STATUSES)[number];

const CLOSED: ReadonlySet<string> = new Set<DisputeStatus>(['warning_closed', 'lost', 'prevented', 'won']);

/** Whether the bank has still to decide. A status that we do not know counts as open: a person must look. */
export function isDisputeOpen(status: string): boolean {
  return !CLOSED.has(status);
}

/**
 * Whether a refund would pay a second time what the bank may take. An inquiry has withdrawn nothing, and a refund is how it
 * is settled (Stripe "Inquiries").
 */
export function blocksRefund(status: string): boolean {
  return isDisputeOpen(status) && !status.startsWith('warning_');
}

/** Where a status stands in a dispute's life; one that we do not know is above an unanswered one and below the ends. */
export function disputeRank(status: string): number {
  const rank = (DISPUTE_STATUSES as readonly string[]).indexOf(status);
  return rank === -1 ? DISPUTE_STATUSES.indexOf('needs_response') : rank;
}

/**
 * Whether a snapshot of a dispute is newer than what is known: by its second, and within one by the dispute's life.
 * Equal ones are newer too: the same second may have changed evidence or deadline, and telling it twice is harmless.
 */
export function isNewerDispute(
  known: { factAtSec: number; factRank: number },
  fact: { atSec: number; status: string },
): boolean {
  if (fact.atSec !== known.factAtSec) return fact.atSec > known.factAtSec;
  return disputeRank(fact.status) >= known.factRank;
}
