import { z } from 'zod';
import { idempotencyKey, paymentId } from '../payments/schemas';

/** Our id of a saved card. */
const savedCardId = z.uuid();

export const setupCardInput = z.object({ idempotencyKey });
export type SetupCardInput = z.input<typeof setupCardInput>;

export const savedCardInput = z.object({ savedCardId, idempotencyKey });
export type SavedCardInput = z.input<typeof savedCardInput>;

export const payWithSavedCardInput = z.object({ paymentId, savedCardId, idempotencyKey });
export type PayWithSavedCardInput = z.input<typeof payWithSavedCardInput>;
