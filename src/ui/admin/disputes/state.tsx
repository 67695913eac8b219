import { Badge, stateText, type Tone } from '@/ui/kit/badge';

const TONES: Record<string, Tone> = {
  needs_response: 'bad',
  warning_needs_response: 'warning',
  appeal_needs_response: 'warning',
  under_review: 'accent',
  warning_under_review: 'accent',
  appeal_under_review: 'accent',
  won: 'good',
  prevented: 'good',
  lost: 'bad',
};

/** The processor's word for where a dispute stands, as people read it. */
export function DisputeState({ status }: { status: string }) {
  return (
    <Badge tone={TONES[status] ?? 'neutral'}>{stateText(status.replace(/^warning_/, 'inquiry_'))}</Badge>
  );
}

/** Whether the restaurant may still say something. */
export function isAnswerable(dispute: { status: string; evidenceDueAt: string | null }): boolean {
  const isInTime = dispute.evidenceDueAt === null || new Date(dispute.evidenceDueAt) > new Date();
  return dispute.status.endsWith('needs_response') && isInTime;
}
