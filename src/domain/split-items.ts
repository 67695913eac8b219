import { allocateExactly } from '@/domain/allocate';
import { sumMinor } from '@/domain/money';

/** An order as a split by items sees it. `dueMinor` holds its tax, tip and adjustments, and lacks what was paid already. */
export interface ItemOrder {
  dueMinor: number;
  items: readonly { itemId: string; subtotalMinor: number }[];
}

/**
 * Each guest's share by what they had. What an order owes is spread over its items by their subtotals, so tax and tip follow
 * the food; an item of several guests is divided equally, one of nobody among all. All of it is exact fractions: rounding
 * happens once, at the end, by largest remainder (legacy-contract 6, BY_ITEMS).
 * @param assigned who had which item; guests who take no part count as nobody
 * @returns shares in the order of `participants`, at least one; their sum is what the orders owe
 */
export function shareByItems(
  orders: readonly ItemOrder[],
  participants: readonly string[],
  assigned: readonly { itemId: string; guestPublicIds: readonly string[] }[],
): number[] {
  const eaters = eatersOf(participants, assigned);
  const everyone = participants.map((_, index) => index);
  const parts = orders.flatMap((order) => {
    const subtotalMinor = sumMinor(order.items.map((item) => item.subtotalMinor));
    // An order without priced items, such as a cover charge in the tax alone, is everybody's.
    if (subtotalMinor === 0) return [{ dueMinor: order.dueMinor, weight: 1, of: 1, guests: everyone }];
    return order.items.map((item) => ({
      dueMinor: order.dueMinor,
      weight: item.subtotalMinor,
      of: subtotalMinor,
      guests: eaters.get(item.itemId) ?? everyone,
    }));
  });
  const denominators = parts.map((part) => BigInt(part.of) * BigInt(part.guests.length));
  const common = denominators.reduce(leastCommonMultiple, 1n);
  const weights = participants.map(() => 0n);
  parts.forEach((part, index) => {
    const scale = common / (denominators[index] ?? 1n);
    for (const guest of part.guests) {
      weights[guest] = (weights[guest] ?? 0n) + BigInt(part.dueMinor) * BigInt(part.weight) * scale;
    }
  });
  return allocateExactly(sumMinor(orders.map((order) => order.dueMinor)), weights);
}

/** By item: the places of those participants who had it. Items of nobody who takes part are left out. */
function eatersOf(
  participants: readonly string[],
  assigned: readonly { itemId: string; guestPublicIds: readonly string[] }[],
): Map<string, number[]> {
  const eaters = new Map<string, number[]>();
  for (const { itemId, guestPublicIds } of assigned) {
    const guests = participants.flatMap((id, index) => (guestPublicIds.includes(id) ? [index] : []));
    if (guests.length > 0) eaters.set(itemId, guests);
  }
  return eaters;
}

function leastCommonMultiple(a: bigint, b: bigint): bigint {
  return (a / greatestCommonDivisor(a, b)) * b;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b);
}
