import {
  type OrderOptions,
  type SeededRestaurant,
  type SeededSession,
  seedOrder,
  seedSession,
} from '../support/app-fixtures';
import { anyhow, asService, type ChaosWorld } from './callers';
import { payWithSavedCard } from './customers';
import type { Dice } from './dice';
import { payOneOrder } from './guests';
import { payFixedShares } from './splits';
import { changeShift } from './staff';
import { payBySplit, payTogether } from './tables';

/** A table for one evening. */
export interface Evening {
  world: ChaosWorld;
  at: SeededRestaurant;
  session: SeededSession;
  /** Places an order at the table. `dueMinor`: its subtotal and tax. */
  order(more?: OrderOptions): Promise<{ orderId: string; dueMinor: number }>;
}

export interface Story {
  dice: Dice;
  play: (evening: Evening, dice: Dice) => Promise<void>;
  /** How many payments its guests intend to make. */
  payments: number;
}

/** Kinds of stories: percent of all stories, what happens, number of payments. */
const KINDS: readonly [number, Story['play'], number][] = [
  [50, payOneOrder, 1],
  [15, payTogether, 3],
  [15, payBySplit, 3],
  [12, payFixedShares, 3],
  [8, payWithSavedCard, 1],
];

/** Draws stories until their payments add up to `payments`. */
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
 * Plays one story. Guests repeat unanswered calls with the same key at any node, and sometimes leave without paying.
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
