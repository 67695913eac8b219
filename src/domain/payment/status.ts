/** Every status of a payment (requirements, `payment_status_enum`). */
export const PAYMENT_STATUSES = [
  'PENDING',
  'PROCESSING',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'REFUNDED',
  'PARTIALLY_REFUNDED',
] as const;

export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/** Statuses in which the payment may still take money; they hold their part of the bill (decision 8). */
export const OPEN_STATUSES = ['PENDING', 'PROCESSING', 'FAILED'] as const satisfies readonly PaymentStatus[];

/** Statuses of a payment that took money, whatever was given back since. */
export const CAPTURED_STATUSES = [
  'COMPLETED',
  'PARTIALLY_REFUNDED',
  'REFUNDED',
] as const satisfies readonly PaymentStatus[];

/** True while money may still come: a declined attempt (FAILED) can be retried on the same intent. */
export function isOpen(status: PaymentStatus): boolean {
  return (OPEN_STATUSES as readonly PaymentStatus[]).includes(status);
}

/** True while the payment may be changed or called off: it is open, and no bank is processing it. */
export function isChangeable(status: PaymentStatus): boolean {
  return isOpen(status) && status !== 'PROCESSING';
}

/** True once money was taken, also when it was refunded later (decision 13: "ever captured"). */
export function isCaptured(status: PaymentStatus): boolean {
  return (CAPTURED_STATUSES as readonly PaymentStatus[]).includes(status);
}
