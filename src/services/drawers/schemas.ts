import { z } from 'zod';
import { amountMinor, idempotencyKey, plainText, platformId } from '../payments/schemas';

const restaurantId = platformId;
/** 'YYYY-MM-DD' */
const businessDay = z.iso.date();

export const openDrawerInput = z.object({
  restaurantId,
  /** What lies in the drawer before the first guest pays. */
  floatMinor: amountMinor,
  idempotencyKey,
});
export type OpenDrawerInput = z.input<typeof openDrawerInput>;

export const currentDrawerInput = z.object({ restaurantId });
export type CurrentDrawerInput = z.input<typeof currentDrawerInput>;

export const moveCashInput = z.object({
  restaurantId,
  direction: z.enum(['IN', 'OUT']),
  amountMinor: amountMinor.min(1),
  reason: z.string().trim().pipe(plainText(1, 500)),
  idempotencyKey,
});
export type MoveCashInput = z.input<typeof moveCashInput>;

export const closeDrawerInput = z.object({ restaurantId, countedMinor: amountMinor, idempotencyKey });
export type CloseDrawerInput = z.input<typeof closeDrawerInput>;

/** Of drawers, and of Z-reports. */
export const listPageInput = z.object({
  restaurantId,
  cursor: z.string().max(512).optional(),
  limit: z.int().min(1).max(100).default(20),
});
export type ListPageInput = z.input<typeof listPageInput>;

/** Without a day: the business day that it is now. */
export const makeZReportInput = z.object({
  restaurantId,
  businessDay: businessDay.optional(),
  idempotencyKey,
});
export type MakeZReportInput = z.input<typeof makeZReportInput>;
