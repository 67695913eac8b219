/**
 * Named points between two steps that a crash must not tear apart. In production nothing happens there; the chaos run
 * injects a function that kills the process at one of them (tests/crash).
 */
export const CHECKPOINTS = [
  'create.before-first-transaction',
  'create.after-first-transaction',
  'create.after-processor-answered',
  'create.after-second-transaction',
  'webhook.after-inbox-insert',
  'webhook.inside-apply',
  'webhook.before-answer',
  'janitor.before-repair',
  'expiry.before-cancel',
  'cancel.after-processor-answered',
  'amount.after-processor-answered',
  'share.between-steps',
  'sweep.after-page',
  'relay.after-read',
  'refund.after-first-transaction',
  'refund.after-processor-answered',
] as const;

export type Checkpoint = (typeof CHECKPOINTS)[number];
