import { z } from 'zod';
import { PAYMENT_STATUSES } from '@/domain/payment/status';
import { ServiceError } from '../errors';

/** Text that PostgreSQL can store as it is: it has no NUL, and a lone surrogate would become another character. */
export function plainText(minLength: number, maxLength: number) {
  return z
    .string()
    .min(minLength)
    .max(maxLength)
    .refine((text) => !text.includes('\0') && !/\p{Surrogate}/u.test(text), {
      error: 'must be text without NUL characters or broken surrogates',
    });
}

/** Ids of the platform are opaque text (decision 3); ours are UUIDs. */
export const platformId = plainText(1, 255);
export const paymentId = z.uuid();
/** One key per operation, made by the client and kept over its retries (decision 26). */
export const idempotencyKey = plainText(8, 200);
/** Integer minor units of the restaurant's currency. */
export const amountMinor = z.int().min(0).max(2_147_483_647);

/** A moment that PostgreSQL, Stripe and every caller's calendar can hold: JavaScript's own dates reach to the year 275760. */
export const moment = z
  .date()
  .min(new Date('1970-01-01T00:00:00Z'))
  .max(new Date('2999-12-31T23:59:59.999Z'));

export const retryPaymentInput = z.object({ paymentId, idempotencyKey });
export type RetryPaymentInput = z.input<typeof retryPaymentInput>;

// Known to older clients, offered by nobody (decision 16).
const UNSUPPORTED_METHODS: readonly unknown[] = ['PAYPAL', 'SQUARE', 'CRYPTO'];

/**
 * How somebody wants to pay. What some clients offer and no schema lists gets its own answer: as one of several problems, or
 * inside a union, it would read as a typing mistake, so it ends the parsing. @throws ServiceError METHOD_NOT_SUPPORTED
 */
function methodOf<const Method extends string>(methods: readonly Method[]) {
  return z.enum(methods, {
    error: ({ input }) => {
      if (!UNSUPPORTED_METHODS.includes(input)) return undefined;
      throw new ServiceError(
        'METHOD_NOT_SUPPORTED',
        `${input} is not supported. Pay by card, wallet or cash.`,
      );
    },
  });
}
export const anyMethod = methodOf(['CARD', 'DIGITAL_WALLET', 'CASH']);

export const PAYMENT_METHODS = ['CARD', 'CASH', 'DIGITAL_WALLET', 'CRYPTO'] as const;

export const createPaymentInput = z.object({
  orderId: platformId,
  method: methodOf(['CARD', 'DIGITAL_WALLET']).default('CARD'),
  /** What the client shows as due, without this payment's tip. Must match the server's figure exactly. */
  billMinor: amountMinor.optional(),
  /** This payer's tip, beside any tip already on the order. */
  tipMinor: amountMinor.default(0),
  /** Refused when it is not the restaurant's currency. */
  currency: z.string().length(3).optional(),
  saveCard: z.boolean().default(false),
  idempotencyKey,
});
export type CreatePaymentInput = z.input<typeof createPaymentInput>;

export const getPaymentInput = z.object({ paymentId });
export type GetPaymentInput = z.input<typeof getPaymentInput>;

export const rawEventInput = z.object({ paymentId, eventId: plainText(1, 255) });
export type RawEventInput = z.input<typeof rawEventInput>;

export const resendReceiptInput = z.object({ paymentId, idempotencyKey });
export type ResendReceiptInput = z.input<typeof resendReceiptInput>;

export const listPaymentsInput = z.object({
  restaurantId: platformId.optional(),
  tableSessionId: platformId.optional(),
  orderId: platformId.optional(),
  splitGroupId: z.uuid().optional(),
  /** The beginning of the payment's id, its receipt's number or the number of one of its orders. */
  search: plainText(1, 64).optional(),
  /** The beginning of the table's name. */
  table: plainText(1, 64).optional(),
  status: z.array(z.enum(PAYMENT_STATUSES)).max(7).optional(),
  method: z.array(z.enum(PAYMENT_METHODS)).max(4).optional(),
  createdFrom: moment.optional(),
  createdTo: moment.optional(),
  totalFromMinor: amountMinor.optional(),
  totalToMinor: amountMinor.optional(),
  limit: z.int().min(1).max(200).default(50),
  cursor: z.string().max(512).optional(),
});
export type ListPaymentsInput = z.input<typeof listPaymentsInput>;

export const cancelPaymentInput = z.object({
  paymentId,
  reason: z.string().trim().pipe(plainText(1, 500)).optional(),
  idempotencyKey,
});
export type CancelPaymentInput = z.input<typeof cancelPaymentInput>;

export const changeTipInput = z.object({ paymentId, tipMinor: amountMinor, idempotencyKey });
export type ChangeTipInput = z.input<typeof changeTipInput>;

export const receiptByTokenInput = z.object({ token: plainText(16, 64) });
export type ReceiptByTokenInput = z.input<typeof receiptByTokenInput>;

export const changeMethodInput = z.object({
  paymentId,
  method: anyMethod,
  idempotencyKey,
});
export type ChangeMethodInput = z.input<typeof changeMethodInput>;

export const orderPaymentsInput = z.object({ orderId: platformId });
export type OrderPaymentsInput = z.input<typeof orderPaymentsInput>;
