import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@/trpc/routers';
import { dayText } from '../format';

export type Payout = inferRouterOutputs<AppRouter>['payouts']['list']['items'][number];

/** Why a part of a payout belongs to nobody's restaurant. */
export const SHARE_TEXTS: Record<Exclude<Payout['shares'][number]['kind'], 'RESTAURANT'>, string> = {
  ACCOUNT_FEES: 'Fees of the account',
  UNASSIGNED: 'Payments of no known restaurant',
  RETURNED_PAYOUT: 'An earlier payout that came back',
  NOT_ITEMISED: 'Not itemised: Stripe does not say what it pays',
  REMAINDER: 'Remainder that its lines do not explain',
};

/** The day on which it is at the bank: Stripe means a day, in UTC, and no moment. */
export function arrivalDay({ arrivalAt }: Pick<Payout, 'arrivalAt'>, locale: string | undefined): string {
  return dayText(arrivalAt.slice(0, 10), locale);
}

/** What a restaurant gets of a payout, or the parts that no line explains. Minor units. */
export function sumOf(payout: Payout, kind: Payout['shares'][number]['kind']): number {
  return payout.shares
    .filter((share) => share.kind === kind)
    .reduce((sum, share) => sum + share.amountMinor, 0);
}
