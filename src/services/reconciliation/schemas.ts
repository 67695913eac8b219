import { z } from 'zod';
import { dayCount } from '@/domain/calendar-day';
import type { ItemClass, Severity, Way } from '@/domain/reconciliation/verdict';
import { ITEM_CLASSES, WAYS } from '@/domain/reconciliation/verdict';
import { amountMinor, idempotencyKey, plainText, platformId } from '../payments/schemas';

const page = { cursor: z.string().max(512).optional(), limit: z.int().min(1).max(100).default(20) };

/** Longest period of one run, in days. */
const MAX_DAYS = 366;

export const startRunInput = z
  .object({
    /** Absent: all restaurants and what belongs to none; for admins only. */
    restaurantId: platformId.optional(),
    /** Business days, both included. Absent: what changed at the restaurant since its last incremental run. */
    fromDay: z.iso.date().optional(),
    toDay: z.iso.date().optional(),
    idempotencyKey,
  })
  .refine(({ fromDay, toDay }) => (fromDay === undefined) === (toDay === undefined), {
    path: ['toDay'],
    error: 'goes with fromDay',
  })
  .refine(({ fromDay, restaurantId }) => fromDay !== undefined || restaurantId !== undefined, {
    path: ['restaurantId'],
    error: 'what has changed is asked of one restaurant',
  })
  .refine(({ fromDay = '', toDay = '' }) => fromDay <= toDay, {
    path: ['toDay'],
    error: 'must not be before fromDay',
  })
  .refine(({ fromDay = '', toDay = '' }) => !(dayCount({ fromDay, toDay }) > MAX_DAYS), {
    path: ['toDay'],
    error: `at most ${MAX_DAYS} days in one run`,
  });
export type StartRunInput = z.input<typeof startRunInput>;

/** Business days, both included. */
export const summaryInput = z.object({
  restaurantId: platformId.optional(),
  fromDay: z.iso.date(),
  toDay: z.iso.date(),
});
export type SummaryInput = z.input<typeof summaryInput>;

export const listRunsInput = z.object({ restaurantId: platformId.optional(), ...page });
export type ListRunsInput = z.input<typeof listRunsInput>;

const runId = z.uuid();
export const getRunInput = z.object({ runId });
export type GetRunInput = z.input<typeof getRunInput>;

export const listItemsInput = z.object({
  runId,
  way: z.enum(WAYS).optional(),
  class: z.enum(ITEM_CLASSES).optional(),
  ...page,
});
export type ListItemsInput = z.input<typeof listItemsInput>;

/** Sums of one way, currency and class. `differenceMinor` = theirs - ours. Minor units. */
export interface ClassTotal {
  class: 'MATCHED' | ItemClass;
  count: number;
  oursMinor: number;
  theirsMinor: number;
  differenceMinor: number;
}

/**
 * What a run found on one way in one currency. `control` is both sides summed on their own, straight from their tables;
 * `remainderMinor` is what the classes do not explain of its difference: shown always, and zero unless something is
 * broken.
 */
export interface WayTotal {
  way: Way;
  currency: string;
  classes: ClassTotal[];
  oursMinor: number;
  theirsMinor: number;
  differenceMinor: number;
  control: { oursMinor: number; theirsMinor: number };
  remainderMinor: number;
}

export interface RunView {
  id: string;
  scope: 'RESTAURANT' | 'PLATFORM' | 'ALL';
  restaurantId: string | null;
  kind: 'NIGHTLY' | 'ON_DEMAND' | 'INCREMENTAL';
  fromDay: string;
  toDay: string;
  /** The days that an incremental run compares. Null for other kinds, which compare all days from first to last. */
  days: string[] | null;
  /** From when on an incremental run looks for changes. Null: no limit. */
  changedSince: string | null;
  state: 'QUEUED' | 'RUNNING' | 'FINISHED' | 'FAILED';
  asOf: string;
  requestedBy: string;
  startedAt: string | null;
  finishedAt: string | null;
  /** Percent of the comparisons that are done. */
  progress: number;
  /** Items that do not match, without those that are only expected. */
  breakCount: number;
  /** How many of these are new, or reopened because their facts changed. */
  newCount: number;
  totals: WayTotal[];
  failure: string | null;
  createdAt: string;
}

/** A subject that did not match, with the facts that say why. */
export interface ItemView {
  number: number;
  way: Way;
  class: ItemClass;
  reason: string;
  severity: Severity;
  subject: string;
  /** The reason in words. */
  description: string;
  day: string;
  restaurantId: string | null;
  paymentId: string | null;
  orderId: string | null;
  currency: string;
  /** Null where that side has nothing. */
  oursMinor: number | null;
  theirsMinor: number | null;
  facts: Record<string, unknown>;
  discrepancyId: string | null;
}

const TYPES = ['MISSING_PAYMENT', 'DUPLICATE_PAYMENT', 'AMOUNT_MISMATCH', 'STATUS_MISMATCH'] as const;
const SEVERITIES = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;
const discrepancyId = z.uuid();
/** Why, in a person's words. */
const reason = z.string().trim().pipe(plainText(1, 1000));

export const listDiscrepanciesInput = z.object({
  restaurantId: platformId.optional(),
  state: z.enum(['OPEN', 'RESOLVED']).optional(),
  type: z.enum(TYPES).optional(),
  severity: z.enum(SEVERITIES).optional(),
  way: z.enum(WAYS).optional(),
  /** A user id, or `nobody`. */
  assignedTo: platformId.optional(),
  paymentId: z.uuid().optional(),
  ...page,
});
export type ListDiscrepanciesInput = z.input<typeof listDiscrepanciesInput>;

export const getDiscrepancyInput = z.object({ discrepancyId });
export type GetDiscrepancyInput = z.input<typeof getDiscrepancyInput>;

/** `userId` null: takes the assignment away. */
export const assignInput = z.object({ discrepancyId, userId: platformId.nullable(), reason, idempotencyKey });
export type AssignInput = z.input<typeof assignInput>;

/** The input of a note, an acceptance and a reopening. */
export const reasonedInput = z.object({ discrepancyId, reason, idempotencyKey });
export type ReasonedInput = z.input<typeof reasonedInput>;

/** Links a bank line to its payout, or a discrepancy to another one. */
export const linkInput = z.object({
  discrepancyId,
  to: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('PAYOUT'), payoutId: plainText(1, 255) }),
    z.object({ kind: z.literal('DISCREPANCY'), discrepancyId }),
  ]),
  reason,
  idempotencyKey,
});
export type LinkInput = z.input<typeof linkInput>;

/** Corrects a discrepancy through another service verb. */
export const resolveInput = z.object({
  discrepancyId,
  by: z.discriminatedUnion('kind', [
    /** Refunds its payment; without an amount, all that is left. */
    z.object({ kind: z.literal('REFUND'), amountMinor: amountMinor.min(1).optional() }),
    /** Reads its payment from the processor and applies the answer. */
    z.object({ kind: z.literal('REFRESH_PAYMENT') }),
    /** Replays an event of the inbox; for admins only. */
    z.object({ kind: z.literal('REPLAY_EVENT'), eventId: plainText(1, 255) }),
    /** It was corrected outside of this service. */
    z.object({ kind: z.literal('ELSEWHERE') }),
  ]),
  reason,
  idempotencyKey,
});
export type ResolveInput = z.input<typeof resolveInput>;

export interface DiscrepancyView {
  id: string;
  /** One of the contract's four types. */
  type: (typeof TYPES)[number];
  /** Finer than the type. */
  reason: string;
  severity: Severity;
  state: 'OPEN' | 'RESOLVED';
  /** Null: found by an event, not by a run. */
  way: Way | null;
  day: string | null;
  restaurantId: string | null;
  paymentId: string | null;
  orderId: string | null;
  currency: string | null;
  expectedMinor: number | null;
  actualMinor: number | null;
  description: string;
  assignedTo: string | null;
  resolution: 'ACCEPTED' | 'CORRECTED' | 'VANISHED' | null;
  resolvedBy: string | null;
  resolvedAt: string | null;
  createdAt: string;
  updatedAt: string;
}

export interface DiscrepancyDetailView extends DiscrepancyView {
  /** The last run that found it, and its facts then. */
  runId: string | null;
  facts: Record<string, unknown> | null;
  /** What was done about it, oldest first. */
  actions: {
    id: string;
    action: string;
    actor: string;
    reason: string | null;
    details: Record<string, unknown>;
    createdAt: string;
  }[];
}
