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

/** As if the payment had taken nothing: what is left elsewhere of its capture is the plant. */
export function nothingTaken(
  { payment, state, order }: Pick<ReturnType<World['sound']>, 'payment' | 'state' | 'order'>,
  status: 'CANCELLED' | 'FAILED',
): void {
  Object.assign(payment, {
    status,
    business_day: null,
    completed_at: null,
    fee_amount: null,
    net_amount: null,
  });
  Object.assign(state, { state: 'UNPAID', captured_amount: 0 });
  order.status = 'CANCELLED';
}

/** Ten minutes before the run: nothing of it is due. */
export const justNow = (world: World) => new Date(world.time.asOf.getTime() - 600_000);
