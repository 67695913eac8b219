import { z } from 'zod';
import { idempotencyKey, paymentId, plainText, platformId } from '../payments/schemas';

const disputeId = plainText(1, 255);

/** What may be said to a bank in words, and shown in files (Stripe "Dispute evidence"), in camel case. */
const EVIDENCE_TEXTS = [
  'accessActivityLog',
  'billingAddress',
  'cancellationPolicyDisclosure',
  'cancellationRebuttal',
  'customerEmailAddress',
  'customerName',
  'customerPurchaseIp',
  'duplicateChargeExplanation',
  'duplicateChargeId',
  'productDescription',
  'refundPolicyDisclosure',
  'refundRefusalExplanation',
  'serviceDate',
  'uncategorizedText',
] as const;
const EVIDENCE_FILES = [
  'cancellationPolicy',
  'customerCommunication',
  'customerSignature',
  'duplicateChargeDocumentation',
  'receipt',
  'refundPolicy',
  'serviceDocumentation',
  'uncategorizedFile',
] as const;

/** Stripe "Dispute evidence": all texts together. */
const MAX_TEXT = 150_000;

/** A file that was uploaded to the processor; the bytes never come here. */
const evidenceFile = z.object({
  kind: z.enum(EVIDENCE_FILES),
  /** The processor's id of the uploaded file. */
  fileId: z.string().regex(/^file_\w{1,200}$/),
  name: plainText(1, 255),
  contentType: z.enum(['application/pdf', 'image/jpeg', 'image/png']),
  sizeBytes: z.int().min(1).max(5_000_000),
});
export type EvidenceFile = z.output<typeof evidenceFile>;

export const submitEvidenceInput = z
  .object({
    disputeId,
    texts: z.partialRecord(z.enum(EVIDENCE_TEXTS), z.string().trim().pipe(plainText(1, 20_000))).default({}),
    files: z.array(evidenceFile).max(EVIDENCE_FILES.length).default([]),
    idempotencyKey,
  })
  .refine((input) => Object.keys(input.texts).length + input.files.length > 0, {
    path: ['texts'],
    error: 'say or show something: a bank is answered once',
  })
  .refine((input) => Object.values(input.texts).join('').length <= MAX_TEXT, {
    path: ['texts'],
    error: `at most ${MAX_TEXT} characters together`,
  })
  .refine((input) => new Set(input.files.map(({ kind }) => kind)).size === input.files.length, {
    path: ['files'],
    error: 'one file of each kind',
  });
export type SubmitEvidenceInput = z.input<typeof submitEvidenceInput>;

export const getDisputeInput = z.object({ disputeId });
export type GetDisputeInput = z.input<typeof getDisputeInput>;

export const listDisputesInput = z.object({
  restaurantId: platformId.optional(),
  paymentId: paymentId.optional(),
  /** Only those that a bank has still to decide, or only the others. */
  isOpen: z.boolean().optional(),
  cursor: z.string().max(512).optional(),
  limit: z.int().min(1).max(100).default(20),
});
export type ListDisputesInput = z.input<typeof listDisputesInput>;

/** A dispute as the restaurant sees it. Minor units; times ISO 8601 UTC. */
export interface DisputeView {
  id: string;
  paymentId: string;
  orderId: string;
  restaurantId: string;
  amountMinor: number;
  currency: string;
  /** The processor's word, e.g. needs_response, under_review, won, lost, warning_closed. */
  status: string;
  isOpen: boolean;
  reason: string;
  /** The last moment for evidence. */
  evidenceDueAt: string | null;
  hasEvidence: boolean;
  submissionCount: number;
  /** What it has moved so far, per currency of the account; fees are what the processor kept. */
  funds: { currency: string; withdrawnMinor: number; reinstatedMinor: number; feeMinor: number }[];
  openedAt: string;
  closedAt: string | null;
}

/** SENDING: the processor has not confirmed yet, and is asked again. */
export interface EvidenceView {
  id: string;
  state: string;
  texts: Record<string, string>;
  files: EvidenceFile[];
  failureReason: string | null;
  submittedBy: string;
  createdAt: string;
}

export type DisputeDetailView = DisputeView & { evidence: EvidenceView[] };
