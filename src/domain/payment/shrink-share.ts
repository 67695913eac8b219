import { allocate } from '@/domain/allocate';
import { DomainError } from '@/domain/error';
import { assertMinor, sumMinor } from '@/domain/money';

/** The part of one order's bill that a share covers. Minor units. */
export interface ShareOfOrder {
  orderId: string;
  subtotalMinor: number;
  taxMinor: number;
  tipMinor: number;
}

/**
 * A smaller share of the same orders, in proportion by largest remainder: no cell grows, so that whoever holds the larger
 * share holds the smaller one too. At least one minor unit of subtotal stays (decision 10).
 * @throws DomainError AMOUNT_NOT_POSITIVE, AMOUNT_ABOVE_AVAILABLE (it would grow)
 */
export function shrinkShare(parts: readonly ShareOfOrder[], toMinor: number): ShareOfOrder[] {
  const cells = parts.flatMap((part) => [part.subtotalMinor, part.taxMinor, part.tipMinor]);
  if (assertMinor(toMinor) < 1)
    throw new DomainError('AMOUNT_NOT_POSITIVE', 'A share must be more than nothing.', { toMinor });
  if (toMinor > sumMinor(cells))
    throw new DomainError('AMOUNT_ABOVE_AVAILABLE', 'The share would grow.', { toMinor });
  const next = keepSubtotal(allocate(toMinor, cells), cells);
  return parts.map((part, index) => ({
    orderId: part.orderId,
    subtotalMinor: next[3 * index] ?? 0,
    taxMinor: next[3 * index + 1] ?? 0,
    tipMinor: next[3 * index + 2] ?? 0,
  }));
}

/** Every third cell is a subtotal. If all of them fell to 0, one takes a unit of the largest other cell. */
function keepSubtotal(next: readonly number[], before: readonly number[]): number[] {
  const isSubtotal = (index: number) => index % 3 === 0;
  if (next.some((minor, index) => isSubtotal(index) && minor > 0)) return [...next];
  const taker = before.findIndex((minor, index) => isSubtotal(index) && minor > 0);
  const giver = next.indexOf(Math.max(...next));
  return next.map((minor, index) => (index === taker ? minor + 1 : index === giver ? minor - 1 : minor));
}
