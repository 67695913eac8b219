/** A dispute as src/db/sql/disputes.ts answers it. Minor units. */
export type DisputeRow = {
  id: string;
  paymentId: string;
  status: string;
  amountMinor: number;
  evidenceDueAt: Date | null;
  /** The time for evidence is over, by the database's clock. */
  isEvidenceLate: boolean;
  hasEvidence: boolean;
  submissionCount: number;
  closedAt: Date | null;
  factAtSec: number;
  factRank: number;
};
