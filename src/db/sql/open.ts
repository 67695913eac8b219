import { OPEN_STATUSES } from '@/domain/payment/status';

/** Statuses of payments that may still take money, as a list for IN. */
export const OPEN = `(${OPEN_STATUSES.map((status) => `'${status}'`).join(', ')})`;
