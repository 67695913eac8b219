import { z } from 'zod';
import { idempotencyKey, paymentId, platformId } from '../payments/schemas';

export const eraseGuestInput = z
  .object({
    /** The guest of a table, by the id that others may see. */
    guestPublicId: z.uuid().optional(),
    /** Or somebody without a seat, such as a participant of a split known by name or e-mail alone, by their payment. */
    paymentId: paymentId.optional(),
    idempotencyKey,
  })
  .refine((input) => (input.guestPublicId === undefined) !== (input.paymentId === undefined), {
    path: ['guestPublicId'],
    error: 'or paymentId: send one of both',
  });
export type EraseGuestInput = z.input<typeof eraseGuestInput>;

export const eraseCustomerInput = z.object({ userId: platformId, idempotencyKey });
export type EraseCustomerInput = z.input<typeof eraseCustomerInput>;

export type SubjectType = 'GUEST' | 'CUSTOMER' | 'PAYMENT';

/** A person who was forgotten. `appliedAt` null: the worker finishes it within minutes. */
export interface ErasureView {
  subjectType: SubjectType;
  subjectId: string;
  requestedAt: string;
  appliedAt: string | null;
}
