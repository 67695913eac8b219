import type { Prisma } from '@/generated/prisma/client';

/** The allocations of a payment in the order of their orders' ids. */
export const ALLOCATION_INCLUDE = {
  paymentAllocations: { orderBy: { orderId: 'asc' } },
} as const satisfies Prisma.PaymentInclude;

/** The part of an order's bill that an allocation covers, in minor units. */
export function allocatedMinor(part: { subtotalMinor: number; taxMinor: number; tipMinor: number }): number {
  return part.subtotalMinor + part.taxMinor + part.tipMinor;
}
