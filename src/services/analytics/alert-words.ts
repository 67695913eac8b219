import type { AlertKind } from '@/domain/alert';

const MESSAGES: Record<AlertKind, (value: string, threshold: string) => string> = {
  FAILURE_RATE: (value, threshold) =>
    `${value} % of the payments of the last hour failed (threshold ${threshold} %).`,
  PENDING_AGE: (value, threshold) =>
    `A payment has been open for ${value} minutes (threshold ${threshold} minutes).`,
  REFUND_RATE: (value, threshold) =>
    `${value} % of the last seven days’ revenue was refunded (threshold ${threshold} %).`,
  WEBHOOK_LAG: (value, threshold) =>
    `An event from Stripe has waited for ${value} seconds (threshold ${threshold} seconds).`,
  DEAD_LETTERS: (value) => `Events from Stripe that could not be applied: ${value}.`,
  DISPUTE_DEADLINE: (value) => `Disputes whose evidence is due within three days: ${value}.`,
  RECONCILIATION: (value) => `Open discrepancies of high severity: ${value}.`,
};

const ADVICE: Record<AlertKind, string> = {
  FAILURE_RATE:
    'Look at the reasons of the failed payments; if they are technical, look at Stripe’s status page.',
  PENDING_AGE: 'Open the oldest open payments: cancel what nobody pays any more, or ask Stripe again.',
  REFUND_RATE: 'Look through the refunds of the week and their reasons.',
  WEBHOOK_LAG:
    'Check that the worker runs and the database answers; waiting events are applied by themselves then.',
  DEAD_LETTERS: 'Open the inbox, look at the last error of the dead events, and replay them.',
  DISPUTE_DEADLINE: 'Submit evidence for the disputes before their deadline: silence loses them.',
  RECONCILIATION: 'Work through the list of discrepancies, gravest first.',
};

/** One sentence with the figure and its threshold. */
export function alertMessage(kind: AlertKind, value: number, threshold: number): string {
  return MESSAGES[kind](shown(value), shown(threshold));
}

/** What to do about it. */
export function alertAdvice(kind: AlertKind): string {
  return ADVICE[kind];
}

function shown(value: number): string {
  return String(Math.round(value * 10) / 10);
}
