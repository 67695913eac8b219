import type { inferRouterInputs } from '@trpc/server';
import type { AppRouter } from '@/trpc/routers';

type Submit = inferRouterInputs<AppRouter>['disputes']['submitEvidence'];
export type EvidenceText = keyof NonNullable<Submit['texts']>;
export type EvidenceFile = NonNullable<Submit['files']>[number];

/** What may be said, most useful for a meal first, with what to write there. */
export const TEXT_FIELDS = {
  productDescription: ['What was sold', 'The meal, for how many, at which table, served by whom.'],
  uncategorizedText: ['Anything else that speaks for you', 'What happened, in your own words.'],
  customerName: ['The guest’s name', ''],
  customerEmailAddress: ['The guest’s e-mail', ''],
  serviceDate: ['When it was served', 'Such as 2026-11-23.'],
  refundPolicyDisclosure: ['How the guest was told of your refund rules', ''],
  refundRefusalExplanation: ['Why the guest gets no refund', ''],
  cancellationPolicyDisclosure: ['How the guest was told of your cancellation rules', ''],
  cancellationRebuttal: ['Why the cancellation does not count', ''],
  duplicateChargeId: ['The other charge, if it looks like a duplicate', 'Its id at Stripe.'],
  duplicateChargeExplanation: ['How the two charges differ', ''],
  billingAddress: ['The guest’s billing address', ''],
  customerPurchaseIp: ['The IP address that paid', ''],
  accessActivityLog: ['Log of what the guest did online', ''],
} as const satisfies Record<EvidenceText, readonly [string, string]>;

/** Texts of one line. */
export const SHORT_TEXTS: ReadonlySet<EvidenceText> = new Set<EvidenceText>([
  'customerName',
  'customerEmailAddress',
  'serviceDate',
  'duplicateChargeId',
  'customerPurchaseIp',
]);

/** Shown at once; the others unfold. */
export const FIRST_TEXTS = 5;

export const FILE_KINDS = {
  receipt: 'Receipt',
  customerCommunication: 'Messages with the guest',
  customerSignature: 'The guest’s signature',
  serviceDocumentation: 'Proof of the service',
  refundPolicy: 'Refund rules',
  cancellationPolicy: 'Cancellation rules',
  duplicateChargeDocumentation: 'Proof that it is no duplicate',
  uncategorizedFile: 'Another file',
} as const satisfies Record<EvidenceFile['kind'], string>;

export const FILE_TYPES: Record<EvidenceFile['contentType'], string> = {
  'application/pdf': 'PDF',
  'image/jpeg': 'JPEG',
  'image/png': 'PNG',
};

/** The label of a text, also of one that a later version knows. */
export function textLabel(name: string): string {
  return TEXT_FIELDS[name as EvidenceText]?.[0] ?? name;
}
