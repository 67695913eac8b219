import { z } from 'zod';
import { MAX_SHARES, MIN_SHARES, SPLIT_STATES } from '@/domain/split';
import { amountMinor, anyMethod, idempotencyKey, plainText, platformId } from '../payments/schemas';

const groupId = z.uuid();
const participantId = z.uuid();

/** One share of a fixed group, and who is to pay it. */
const part = z
  .object({
    /** This share of the bill, without the own tip. */
    amountMinor: amountMinor.min(1),
    /** This participant's tip, outside the sum. */
    tipMinor: amountMinor.default(0),
    method: anyMethod.default('CARD'),
    name: z.string().trim().pipe(plainText(1, 255)).optional(),
    email: z.email().max(320).optional(),
    /** A guest of the table, or a customer; somebody with neither is known by name or e-mail alone. */
    guestPublicId: z.uuid().optional(),
    customerId: platformId.optional(),
  })
  .refine((one) => one.guestPublicId === undefined || one.customerId === undefined, {
    error: 'name the guest or the customer, not both',
    path: ['customerId'],
  });

const shared = {
  parts: z.array(part).min(MIN_SHARES).max(MAX_SHARES),
  /** Refused when it is not the restaurant's currency. */
  currency: z.string().length(3).optional(),
  idempotencyKey,
};

/** Divides what is due on an order, or on a table session's orders (all, or those named). */
export const createSplitInput = z.union([
  z.object({ orderId: platformId, ...shared }),
  z.object({
    tableSessionId: platformId,
    orderIds: z.array(platformId).min(1).max(500).optional(),
    ...shared,
  }),
]);
export type CreateSplitInput = z.input<typeof createSplitInput>;
export type SplitPart = z.output<typeof part>;

export const splitInput = z.object({ groupId });
export type SplitInput = z.input<typeof splitInput>;

export const listSplitsInput = z.object({
  restaurantId: platformId.optional(),
  state: z.array(z.enum(SPLIT_STATES)).min(1).max(SPLIT_STATES.length).optional(),
  limit: z.int().min(1).max(100).default(50),
  cursor: z.string().max(512).optional(),
});
export type ListSplitsInput = z.input<typeof listSplitsInput>;

export const cancelSplitInput = z.object({
  groupId,
  reason: z.string().trim().pipe(plainText(1, 500)).optional(),
  idempotencyKey,
});
export type CancelSplitInput = z.input<typeof cancelSplitInput>;

export const remindParticipantInput = z.object({ groupId, participantId, idempotencyKey });
export type RemindParticipantInput = z.input<typeof remindParticipantInput>;

export const takeShareInCashInput = z.object({
  groupId,
  participantId,
  /** What was handed over and given back; checked against the share's total where sent. */
  tenderedMinor: amountMinor.optional(),
  changeMinor: amountMinor.optional(),
  idempotencyKey,
});
export type TakeShareInCashInput = z.input<typeof takeShareInCashInput>;

export const changeParticipantInput = z
  .object({
    groupId,
    participantId,
    /** The share's new part of the bill. Without it: only the tip changes. */
    amountMinor: amountMinor.min(1).optional(),
    tipMinor: amountMinor.optional(),
    /** The open shares that take the difference, in proportion to their size (decision 15). */
    takenBy: z.array(participantId).max(MAX_SHARES).default([]),
    idempotencyKey,
  })
  .refine((change) => change.amountMinor !== undefined || change.tipMinor !== undefined, {
    error: 'send amountMinor, tipMinor or both',
    path: ['amountMinor'],
  });
export type ChangeParticipantInput = z.input<typeof changeParticipantInput>;
