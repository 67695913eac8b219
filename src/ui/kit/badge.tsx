import type { ReactNode } from 'react';
import { cx } from './cx';

export type Tone = 'neutral' | 'good' | 'warning' | 'bad' | 'accent';

const TONES: Record<Tone, string> = {
  neutral: 'bg-sunken text-muted',
  good: 'bg-good-surface text-good',
  warning: 'bg-warning-surface text-warning',
  bad: 'bg-bad-surface text-bad',
  accent: 'bg-sunken text-accent',
};

/** A short state in words; its colour only repeats them. */
export function Badge({ tone = 'neutral', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={cx(
        'inline-flex items-center rounded-md px-2 py-0.5 text-xs font-medium whitespace-nowrap',
        TONES[tone],
      )}
    >
      {children}
    </span>
  );
}

const STATES: Record<string, Tone> = {
  COMPLETED: 'good',
  APPLIED: 'good',
  WON: 'good',
  PAID: 'good',
  MATCHED: 'good',
  FINISHED: 'good',
  DONE: 'good',
  SENT: 'good',
  PENDING: 'warning',
  PROCESSING: 'warning',
  WAITING: 'warning',
  RETRY: 'warning',
  OPEN: 'warning',
  QUEUED: 'warning',
  RUNNING: 'warning',
  DUE: 'warning',
  UNKNOWN: 'warning',
  UNAVAILABLE: 'warning',
  FAILED: 'bad',
  DEAD: 'bad',
  LOST: 'bad',
  REFUSED: 'bad',
  REFUNDED: 'accent',
  PARTIALLY_REFUNDED: 'accent',
};

/** A state of the API as people read it: PARTIALLY_REFUNDED is "Partially refunded". */
export function StateBadge({ state }: { state: string }) {
  return <Badge tone={STATES[state] ?? 'neutral'}>{stateText(state)}</Badge>;
}

export function stateText(state: string): string {
  const words = state.replaceAll('_', ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
