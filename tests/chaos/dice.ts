import { seededRandom } from '@/stripe/simulator/random';

/** Random choices of a chaos run. The same seed gives the same choices within each story. */
export interface Dice {
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** An idempotency key. */
  key(): string;
  /** Dice for something that runs concurrently, so that neither changes the other's choices. */
  fork(): Dice;
}

export function createDice(seed: number): Dice {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  return {
    below,
    chance: (probability) => random() < probability,
    pick: (from) => {
      const picked = from[below(from.length)];
      if (picked === undefined) throw new RangeError('nothing to pick from');
      return picked;
    },
    key: () => `chaos-${seed}-${below(2 ** 48).toString(36)}`,
    fork: () => createDice(below(2 ** 31)),
  };
}
