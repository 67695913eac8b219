import { storeShareParts } from '@/db/sql/share-change';
import type { Tx } from '@/db/transaction';
import type { ShareShape } from '@/domain/payment/share-shape';

/** Writes a shape's parts. Its amounts are written with the change that causes them. */
export async function storeParts(tx: Tx, paymentId: string, { allocations }: ShareShape): Promise<void> {
  await tx.query(storeShareParts, [
    paymentId,
    allocations.map((part) => part.orderId),
    allocations.map((part) => part.subtotalMinor),
    allocations.map((part) => part.taxMinor),
    allocations.map((part) => part.tipMinor),
  ]);
}
