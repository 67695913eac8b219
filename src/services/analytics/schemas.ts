import { z } from 'zod';
import { dayCount } from '@/domain/calendar-day';
import { moment, platformId } from '../payments/schemas';

const MAX_DAYS = 400;
const businessDay = z.iso.date();

/** Without a restaurant: all that the caller works at; for admins the whole platform. */
const scope = { restaurantId: platformId.optional() };

export const metricsInput = z
  .object({
    ...scope,
    /** First and last business day, both counted. A day begins at the restaurant's closing hour. */
    fromDay: businessDay,
    toDay: businessDay,
  })
  .refine((period) => period.fromDay <= period.toDay, {
    path: ['toDay'],
    error: 'must not be before fromDay',
  })
  .refine((period) => dayCount(period) <= MAX_DAYS, {
    path: ['toDay'],
    error: `a period covers at most ${MAX_DAYS} days`,
  });
export type MetricsInput = z.input<typeof metricsInput>;

/** A period as screens send it. */
export const instantsInput = z.object({ ...scope, from: moment, to: moment });
export type InstantsInput = z.input<typeof instantsInput>;

export const scopeInput = z.object(scope);
export type ScopeInput = z.input<typeof scopeInput>;

export const verifyInput = z.object({
  ...scope,
  fromDay: businessDay.optional(),
  toDay: businessDay.optional(),
});
export type VerifyInput = z.input<typeof verifyInput>;
