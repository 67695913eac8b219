import { z } from 'zod';
import { SPLIT_TYPES, WHOLE_PPM } from '@/domain/split-calculation';
import { amountMinor, idempotencyKey, paymentId, plainText, platformId } from '../payments/schemas';
import { tableSessionInput } from '../table-sessions/schemas';

// More than any table ever seats or orders; bounds, not pages.
const MAX_GUESTS = 200;
const MAX_ITEMS = 2_000;

/** A guest by public id, never by the secret one. */
const guestPublicId = z.uuid().toLowerCase();
/** Parts per million: 33.3333 % is 333333. */
const sharePpm = z.int().min(0).max(WHOLE_PPM);

const percentages = z.array(z.object({ guestPublicId, sharePpm })).max(MAX_GUESTS);
const amounts = z.array(z.object({ guestPublicId, amountMinor })).max(MAX_GUESTS);
/** Of several guests: divided equally among them. Of nobody: everybody's. */
const items = z
  .array(z.object({ itemId: platformId, guestPublicIds: z.array(guestPublicId).max(MAX_GUESTS) }))
  .max(MAX_ITEMS);

export const setSplitInput = tableSessionInput.extend({
  type: z.enum(SPLIT_TYPES),
  /** Who shares. Without it: all who sit at the table. */
  participants: z.array(guestPublicId).min(1).max(MAX_GUESTS).optional(),
  /** Left out: as they were, if the type stays. */
  percentages: percentages.optional(),
  amounts: amounts.optional(),
  items: items.optional(),
  idempotencyKey,
});
export type SetSplitInput = z.input<typeof setSplitInput>;

export const changeOwnSplitInput = tableSessionInput.extend({
  /** Whose percentage or amount it is. Without it: the caller's; anybody else's is refused. */
  guestPublicId: guestPublicId.optional(),
  sharePpm: sharePpm.optional(),
  amountMinor: amountMinor.optional(),
  /** Any guest may say who had what. Merged into what is known. */
  items: items.optional(),
  idempotencyKey,
});
export type ChangeOwnSplitInput = z.input<typeof changeOwnSplitInput>;

export const lockSplitInput = tableSessionInput.extend({
  /** A word for machines: live events carry it, and nothing that people write (decision 23). */
  reason: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]{0,63}$/)
    .default('PAYMENT_CREATED'),
  idempotencyKey,
});
export type LockSplitInput = z.input<typeof lockSplitInput>;

export const unlockSplitInput = tableSessionInput.extend({ idempotencyKey });
export type UnlockSplitInput = z.input<typeof unlockSplitInput>;

/** `tableSessionId` may also be the calculation's own id. */
export type ForceUnlockSplitInput = UnlockSplitInput;

export const cleanupSplitLocksInput = z.object({ idempotencyKey });
export type CleanupSplitLocksInput = z.input<typeof cleanupSplitLocksInput>;

const splitCalculationId = z.uuid().toLowerCase();

export const cancelSplitPaymentsInput = z.object({
  splitCalculationId,
  reason: z.string().trim().pipe(plainText(1, 500)).optional(),
  idempotencyKey,
});
export type CancelSplitPaymentsInput = z.input<typeof cancelSplitPaymentsInput>;

/** A payment of a live split. */
export const splitPaymentInput = z.object({ splitCalculationId, paymentId, idempotencyKey });
export type SplitPaymentInput = z.input<typeof splitPaymentInput>;

/** What the row's JSON columns hold. */
export const storedChoices = z.object({ percentages, amounts, items });
export const storedParticipants = z.array(guestPublicId);
export const storedShares = z.array(z.object({ guestPublicId, shareMinor: z.int() })).nullable();
