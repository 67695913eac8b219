import { type Currency, minimumChargeMinor } from '@/domain/money';
import type { Severity } from './verdict';

const LEVELS = ['LOW', 'MEDIUM', 'HIGH'] as const satisfies readonly Severity[];

/** In least charges of the currency, so that a dollar and a hundred yen weigh alike: 10, 100 and 1000 US dollars. */
const AMOUNT_STEPS = [20, 200, 2_000];
const AGE_STEPS_DAYS = [7, 30];

/** How much it matters: by the amount that is wrong, and a step more after a week, two after a month. */
export function severityOf(wrong: { amountMinor: number; currency: Currency; ageDays: number }): Severity {
  const leastMinor = minimumChargeMinor(wrong.currency);
  const amount = Math.abs(wrong.amountMinor);
  const byAmount = AMOUNT_STEPS.filter((step) => amount >= step * leastMinor).length;
  const byAge = AGE_STEPS_DAYS.filter((days) => wrong.ageDays >= days).length;
  return LEVELS[byAmount + byAge] ?? 'CRITICAL';
}
