/** What is known of a dispute; under the lock of its payment's orders. $1: dispute id. */
export const readDispute = {
  name: 'read-dispute',
  text: `SELECT id, payment_id AS "paymentId", status, amount::float8 AS "amountMinor", evidence_due_at AS "evidenceDueAt",
           coalesce(evidence_due_at < now(), FALSE) AS "isEvidenceLate", has_evidence AS "hasEvidence", submission_count AS "submissionCount", closed_at AS "closedAt",
           fact_at::float8 AS "factAtSec", fact_rank AS "factRank"
         FROM disputes WHERE id = $1`,
};

/**
 * Keeps a snapshot that is newer than what is known. Of the same second evidence only grows. $1 to $15: the columns in
 * order; opened_at is the first one's.
 */
export const keepDispute = {
  name: 'keep-dispute',
  text: `INSERT INTO disputes AS d (id, payment_id, restaurant_id, charge_id, amount, currency, status, reason, evidence_due_at,
           has_evidence, submission_count, opened_at, closed_at, fact_at, fact_rank)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
         ON CONFLICT (id) DO UPDATE SET charge_id = coalesce(excluded.charge_id, d.charge_id), amount = excluded.amount,
           status = excluded.status, reason = excluded.reason,
           evidence_due_at = excluded.evidence_due_at,
           has_evidence = excluded.has_evidence OR d.has_evidence,
           submission_count = greatest(excluded.submission_count, d.submission_count),
           closed_at = CASE WHEN excluded.closed_at IS NOT NULL THEN coalesce(d.closed_at, excluded.closed_at) END,
           fact_at = excluded.fact_at, fact_rank = excluded.fact_rank, updated_at = now()`,
};

/** A payment's disputes; under the lock of its orders. $1: payment id. */
export const readDisputesOf = {
  name: 'read-disputes-of-payment',
  text: 'SELECT status, amount AS "amountMinor", currency FROM disputes WHERE payment_id = $1',
};

/** Funds that a dispute has moved so far, by its balance transactions. $1: dispute ids. */
export const readDisputeFunds = {
  name: 'read-dispute-funds',
  text: `SELECT source_id AS "disputeId", currency,
           -coalesce(sum(gross_amount) FILTER (WHERE gross_amount < 0), 0)::float8 AS "withdrawnMinor",
           coalesce(sum(gross_amount) FILTER (WHERE gross_amount > 0), 0)::float8 AS "reinstatedMinor",
           sum(fee_amount)::float8 AS "feeMinor"
         FROM processor_transactions WHERE source_id = ANY ($1::text[]) GROUP BY 1, 2`,
};

export const insertEvidence = {
  name: 'insert-dispute-evidence',
  text: `INSERT INTO dispute_evidence (id, dispute_id, texts, files, submitted_by) VALUES ($1, $2, $3::jsonb, $4::jsonb, $5)`,
};

/** Whether evidence of a dispute is under way. $1: dispute id. */
export const findSendingEvidence = {
  name: 'find-sending-evidence',
  text: `SELECT id FROM dispute_evidence WHERE dispute_id = $1 AND state = 'SENDING'`,
};

/** Ends a submission; answers no row when somebody else did. $2: SUBMITTED or REFUSED, $3: why refused, $4: now. */
export const endEvidence = {
  name: 'end-dispute-evidence',
  text: `UPDATE dispute_evidence SET state = $2, failure_reason = $3, finished_at = $4
         WHERE id = $1 AND state = 'SENDING' RETURNING id`,
};

/** After a stored error the next try needs a new key; only after the attempt that met it ($2). */
export const nextEvidenceAttempt = {
  name: 'next-evidence-attempt',
  text: `UPDATE dispute_evidence SET attempt = attempt + 1 WHERE id = $1 AND attempt = $2`,
};

/** Submissions whose call ended unknown or was abandoned. $1: limit, $2: age in seconds. */
export const takeUnfinishedEvidence = {
  name: 'take-unfinished-evidence',
  text: `UPDATE dispute_evidence SET checked_at = now() WHERE id IN (
           SELECT id FROM dispute_evidence
           WHERE state = 'SENDING' AND created_at < now() - make_interval(secs => $2)
             AND (checked_at IS NULL OR checked_at < now() - make_interval(secs => $2))
           ORDER BY checked_at NULLS FIRST, created_at LIMIT $1 FOR UPDATE SKIP LOCKED)
         RETURNING id`,
};

/** $1: evidence ids. */
export const handBackEvidence = {
  name: 'hand-back-evidence',
  text: 'UPDATE dispute_evidence SET checked_at = NULL WHERE id = ANY ($1::uuid[])',
};
