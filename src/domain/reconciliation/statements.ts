import { daysApart } from '../calendar-day';
import { DUE_SEC } from './due';

/** Days of an account that an imported file covers, 'YYYY-MM-DD', both included. */
export interface Statement {
  account: string;
  currency: string;
  firstDay: string;
  lastDay: string;
}

/** On which account a payout that arrived on that day was seen. */
export interface PayoutSeen {
  account: string;
  currency: string;
  day: string;
}

const BOOKED_WITHIN_DAYS = DUE_SEC.bankLine / 86_400;
/** Files begin and end with a line, and banks are closed for some days in a row (Easter: four): so many days are no gap. */
const MOST_DAYS_BETWEEN = 5;

/**
 * Whether statements show that a payout did not arrive: one stretch of files without gaps reaches from its arrival to the last
 * day on which banks book it. It must be one of the account to which payouts of the currency went at the time, that is on which
 * the last one before and the first one after it were seen (of both, where they differ); when none was seen, of every account
 * of the currency. So a file of another account proves nothing.
 */
export function isCovered(
  payout: { arrivesOn: string; currency: string },
  statements: readonly Statement[],
  seen: readonly PayoutSeen[],
): boolean {
  const own = statements.filter((statement) => statement.currency === payout.currency);
  const accounts = accountsOf(payout, seen) ?? new Set(own.map((statement) => statement.account));
  return (
    accounts.size > 0 &&
    [...accounts].every((account) =>
      stretchesOf(own.filter((statement) => statement.account === account)).some(
        ({ firstDay, lastDay }) =>
          firstDay <= payout.arrivesOn && daysApart(payout.arrivesOn, lastDay) >= BOOKED_WITHIN_DAYS,
      ),
    )
  );
}

/** Where payouts of the currency went around that day; null: none was ever seen. */
function accountsOf(
  { arrivesOn, currency }: { arrivesOn: string; currency: string },
  seen: readonly PayoutSeen[],
): ReadonlySet<string> | null {
  const own = seen.filter((one) => one.currency === currency);
  if (own.length === 0) return null;
  const days = own.map(({ day }) => day).sort();
  const around = [days.findLast((day) => day <= arrivesOn), days.find((day) => day >= arrivesOn)];
  return new Set(own.filter(({ day }) => around.includes(day)).map(({ account }) => account));
}

type Stretch = Pick<Statement, 'firstDay' | 'lastDay'>;

function stretchesOf(statements: readonly Statement[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const { firstDay, lastDay } of statements.toSorted((a, b) => (a.firstDay < b.firstDay ? -1 : 1))) {
    const last = stretches.at(-1);
    if (!last || daysApart(last.lastDay, firstDay) > MOST_DAYS_BETWEEN + 1)
      stretches.push({ firstDay, lastDay });
    else if (last.lastDay < lastDay) last.lastDay = lastDay;
  }
  return stretches;
}
