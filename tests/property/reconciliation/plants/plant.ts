import type { Reason } from '@/domain/reconciliation/words';
import type { World } from '../world';

/** `way class reason subject difference`: what a run must say of a plant; differences are theirs less ours, in minor units. */
type Expected = string;

/** Makes one thing wrong in one way, on rows of its own; `n` is an amount that is its own too. */
export type Plant = (world: World, n: number) => Expected[];

export const found = (
  way: string,
  itemClass: string,
  reason: Reason,
  subject: unknown,
  differenceMinor: number,
): Expected => `${way} ${itemClass} ${reason} ${subject} ${differenceMinor}`;

/** Ten minutes before the run: nothing of it is due. */
export const justNow = (world: World) => new Date(world.time.asOf.getTime() - 600_000);
