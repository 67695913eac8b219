import { z } from 'zod';
import { dayCount } from '@/domain/calendar-day';
import { type ServerTips, TIP_POOL_RULES, type TipPoolRule, type TipShare } from '@/domain/tip-pool';
import { idempotencyKey, platformId } from '../payments/schemas';

/** 'YYYY-MM-DD' */
const businessDay = z.iso.date();
const MAX_DAYS = 92;

export const tipsReportInput = z
  .object({
    restaurantId: platformId,
    fromDay: businessDay,
    toDay: businessDay,
    /** Instead of the restaurant's own rule. */
    rule: z.enum(TIP_POOL_RULES).optional(),
  })
  .refine((period) => period.fromDay <= period.toDay, {
    path: ['toDay'],
    error: 'must not be before fromDay',
  })
  .refine((period) => dayCount(period) <= MAX_DAYS, {
    path: ['toDay'],
    error: `a report covers at most ${MAX_DAYS} days`,
  });
export type TipsReportInput = z.input<typeof tipsReportInput>;

export const setTipPoolInput = z.object({
  restaurantId: platformId,
  businessDay,
  /** Everybody who takes part, by platform user id: whoever is missing takes no part any more. */
  members: z
    .array(
      z.object({
        userId: platformId,
        minutesWorked: z.int().min(0).max(2880).default(0),
        points: z.int().min(0).max(10_000).default(0),
      }),
    )
    .max(500)
    .refine((members) => new Set(members.map((m) => m.userId)).size === members.length, {
      error: 'names the same person twice',
    }),
  idempotencyKey,
});
export type SetTipPoolInput = z.input<typeof setTipPoolInput>;

/** Minor units. net = collected - refunded; servers and shares sum to the net, each exactly. */
export interface TipSums {
  currency: string;
  collectedMinor: number;
  refundedMinor: number;
  netMinor: number;
  /** By who served; null: orders of nobody in particular. */
  servers: ServerTips[];
  /** Who gets what by the rule; null: nobody is known to take it. */
  shares: TipShare[];
}

export interface TipsReportView {
  restaurantId: string;
  fromDay: string;
  toDay: string;
  rule: TipPoolRule;
  /** Days with tips, rising; one entry per currency. */
  days: (TipSums & { businessDay: string })[];
  /** The period by currency: the sum of its days. */
  totals: TipSums[];
  /** Who was said to take part, by day; days of which nothing was said are missing. */
  pools: TipPoolView[];
}

export interface TipPoolView {
  businessDay: string;
  members: { userId: string; minutesWorked: number; points: number }[];
}
