import { z } from 'zod';
import { amountMinor, anyMethod, idempotencyKey, moment, plainText, platformId } from '../payments/schemas';

export const tableSessionInput = z.object({ tableSessionId: platformId });
export type TableSessionInput = z.input<typeof tableSessionInput>;

export const extendTableSessionInput = tableSessionInput.extend({ idempotencyKey });
export type ExtendTableSessionInput = z.input<typeof extendTableSessionInput>;

export const closeTableSessionInput = tableSessionInput.extend({
  reason: z.string().trim().pipe(plainText(1, 500)),
  /** Close it although something is still due. Nothing can be paid at it afterwards. */
  force: z.boolean().default(false),
  idempotencyKey,
});
export type CloseTableSessionInput = z.input<typeof closeTableSessionInput>;

const SESSION_STATUSES = ['ACTIVE', 'ORDERING_LOCKED', 'PAYMENT_PENDING', 'CLOSED'] as const;

const sessionScope = z.object({
  /** Without it: all restaurants of the caller, for admins all. */
  restaurantId: platformId.optional(),
  /** When the session began. */
  createdFrom: moment.optional(),
  createdTo: moment.optional(),
});

export const listTableSessionsInput = sessionScope.extend({
  status: z.array(z.enum(SESSION_STATUSES)).min(1).optional(),
  tableId: platformId.optional(),
  /** True: only sessions with alert reasons; false: only those without. */
  needsAttention: z.boolean().optional(),
  /** Of the bill, in minor units. */
  totalFromMinor: amountMinor.optional(),
  totalToMinor: amountMinor.optional(),
  cursor: z.string().max(512).optional(),
  limit: z.int().min(1).max(200).default(50),
});
export type ListTableSessionsInput = z.input<typeof listTableSessionsInput>;

export const tableSessionFiguresInput = sessionScope;
export type TableSessionFiguresInput = z.input<typeof tableSessionFiguresInput>;

export const callStaffInput = tableSessionInput.extend({
  /** One word, such as `bill`; anything else counts as `general`. */
  requestType: z
    .string()
    .regex(/^[a-z][a-z_-]{0,31}$/i)
    .catch('general'),
  /** What the guest wrote. A value that is no text, or is too long, is left out. */
  message: z.string().trim().pipe(plainText(1, 500)).optional().catch(undefined),
});
export type CallStaffInput = { tableSessionId: string; requestType: unknown; message?: unknown };

export const payTableSessionInput = z
  .object({
    tableSessionId: platformId,
    /** Pay only these orders of the session. Without it: all of them. */
    orderIds: z.array(platformId).min(1).max(500).optional(),
    /** This payer's part of the bill, without the own tip. Without it: everything that is due. */
    shareMinor: amountMinor.min(1).optional(),
    /** Pay the caller's share of the table's split; `shareMinor`, if sent, must be it. Not with `orderIds`. */
    bySplit: z.boolean().default(false),
    /** This payer's tip, beside the tips that the orders carry. */
    tipMinor: amountMinor.default(0),
    method: anyMethod.default('CARD'),
    idempotencyKey,
  })
  .refine((input) => !input.bySplit || input.orderIds === undefined, {
    path: ['orderIds'],
    message: 'A share of the split is of the whole bill',
  });
export type PayTableSessionInput = z.input<typeof payTableSessionInput>;
