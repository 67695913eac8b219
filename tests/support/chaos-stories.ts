import {
  type OrderOptions,
  type SeededRestaurant,
  type SeededSession,
  seedOrder,
  seedSession,
} from './app-fixtures';
import { anyhow, asService, type ChaosWorld } from './chaos-callers';
import { payWithSavedCard } from './chaos-customers';
import type { Dice } from './chaos-dice';
import { payOneOrder } from './chaos-guests';
import { payFixedShares } from './chaos-splits';
import { changeShift } from './chaos-staff';
import { payBySplit, payTogether } from './chaos-tables';

/** A table for one evening. */
export interface Evening {
  world: ChaosWorld;
  at: SeededRestaurant;
  session: SeededSession;
  /** Orders something. `dueMinor` is all of it. */
  order(more?: OrderOptions): Promise<{ orderId: string; dueMinor: number }>;
}

export interface Story {
  dice: Dice;
  play: (evening: Evening, dice: Dice) => Promise<void>;
  /** How many payments it wants to make. */
  payments: number;
}

/** Of a hundred evenings so many go so. */
const KINDS: readonly [number, Story['play'], number][] = [
  [50, payOneOrder, 1],
  [15, payTogether, 3],
  [15, payBySplit, 3],
  [12, payFixedShares, 3],
  [8, payWithSavedCard, 1],
];

/** As many evenings as it takes to want so many payments. */
export function writeStories(dice: Dice, payments: number): Story[] {
  const stories: Story[] = [];
  for (let wanted = 0; wanted < payments; ) {
    let roll = dice.below(100);
    const kind = KINDS.find(([weight]) => {
      roll -= weight;
      return roll < 0;
    });
    if (!kind) throw new Error('the weights sum to a hundred');
    const [, play, count] = kind;
    stories.push({ dice: dice.fork(), play, payments: count });
    wanted += count;
  }
  return stories;
}

/**
 * Plays one evening. Guests repeat what gets no answer, with the same key and at any node, and now and then just leave.
 */
export async function playStory(world: ChaosWorld, { dice, play }: Story): Promise<void> {
  const at = dice.pick(world.restaurants);
  if (dice.chance(0.05)) await changeShift(world, dice.fork(), at);
  const session = await anyhow(world, dice, asService, (service) => seedSession(service, at));
  const order: Evening['order'] = async (more = {}) => {
    const subtotalMinor = 500 + dice.below(9500);
    const taxMinor = dice.below(700);
    const options = { session, subtotalMinor, taxMinor, ...more };
    const orderId = await anyhow(world, dice, asService, (service) => seedOrder(service, at, options));
    return { orderId, dueMinor: subtotalMinor + taxMinor };
  };
  await play({ world, at, session, order }, dice.fork());
}
