import type { BookSide, SplitFacts } from './facts';

/** A fixed split agrees with its payments: the status of each share, the group's state, and the divided sum. */
export function auditSplits(books: BookSide): string[] {
  return books.splits.flatMap((group) => {
    const breaches: string[] = [];
    const say = (text: string) => breaches.push(`split ${group.id} (${group.state}) ${text}`);
    for (const share of group.shares)
      if (share.told !== share.status) say(`says ${share.told} of a share that is ${share.status}`);
    const expected = stateOf(group);
    if (expected !== group.state) say(`though its shares make it ${expected}`);
    const sharesMinor = group.shares.reduce((sum, share) => sum + share.amountMinor, 0);
    const isRightSum =
      sharesMinor === group.totalMinor || (sharesMinor < group.totalMinor && hasPartForAnybody(group));
    if (!isRightSum) say(`divides ${group.totalMinor} into ${sharesMinor}`);
    return breaches;
  });
}

const CAPTURED = new Set(['COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED']);
const OPEN = new Set(['PENDING', 'PROCESSING', 'FAILED']);

/** Whether shares may sum to less: after a change failed half-way, a share that was closed meanwhile stays smaller. */
function hasPartForAnybody({ state, shares }: SplitFacts): boolean {
  return state !== 'COMPLETED' && shares.some(({ isChanged, status }) => isChanged && !OPEN.has(status));
}

/**
 * The state that a group must have. A cancelled group is CANCELLED once no share can be paid and no money is kept. An
 * open dispute keeps it CANCELLING.
 */
function stateOf({ state, shares, totalMinor }: SplitFacts): string {
  if (state === 'CANCELLED' || state === 'CANCELLING') {
    if (shares.some(({ status }) => OPEN.has(status))) return 'CANCELLING, at work';
    const kept = shares.filter(
      ({ status, isOver }) => CAPTURED.has(status) && status !== 'REFUNDED' && !isOver,
    );
    if (kept.length === 0) return 'CANCELLED';
    return kept.every(({ isDisputed }) => isDisputed) ? 'CANCELLING' : 'CANCELLING, at work';
  }
  if (shares.some(({ status }) => OPEN.has(status))) return 'OPEN';
  const isWhole = shares.reduce((sum, share) => sum + share.amountMinor, 0) >= totalMinor;
  return isWhole && shares.every(({ status }) => CAPTURED.has(status)) ? 'COMPLETED' : 'INCOMPLETE';
}

/** Stripe's statuses of decided disputes. Written out, as the auditor uses none of the service's code. */
const CLOSED_DISPUTES = "'won', 'lost', 'prevented', 'warning_closed'";

const DISPUTES = `SELECT 1 FROM disputes d WHERE d.payment_id = p.id AND d.status`;

/**
 * `isDisputed`: the bank has not decided yet. `isOver`: refunds and lost disputes took all of it, or its refund failed
 * and has a discrepancy.
 */
export const SPLITS = `
  SELECT g.id, g.state, g.total_amount AS "totalMinor", json_agg(json_build_object('status', p.status, 'told', s.status,
    'amountMinor', s.amount, 'isChanged', EXISTS (SELECT 1 FROM payment_audit_log l WHERE l.payment_id = p.id
      AND l.action IN ('share_changed', 'share_change_requested')), 'isDisputed', EXISTS (${DISPUTES} NOT IN (${CLOSED_DISPUTES})), 'isOver', p.total_amount <=
      coalesce((SELECT sum(r.refund_amount) FROM payment_refunds r WHERE r.payment_id = p.id AND r.status <> 'FAILED'), 0)
        + coalesce((SELECT sum(d.amount) FROM disputes d WHERE d.payment_id = p.id AND d.status = 'lost'), 0)
      OR EXISTS (SELECT 1 FROM payment_refunds r WHERE r.payment_id = p.id AND r.status = 'FAILED'
        AND r.requested_by = 'system:split-cancel')) ORDER BY s.id) AS shares
  FROM split_groups g JOIN split_payment_participants s ON s.split_group_id = g.id JOIN payments p ON p.id = s.payment_id
  GROUP BY g.id ORDER BY g.id`;
