import { CAPTURED_STATUSES } from '@/domain/payment/status';

/** Statuses of payments that took money, as a list for IN. */
export const CAPTURED = `(${CAPTURED_STATUSES.map((status) => `'${status}'`).join(', ')})`;
