import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@/trpc/routers';
import { parseMoney, typedMoney } from '../format';

export type Settings = inferRouterOutputs<AppRouter>['settings']['get'];
export type SettingsChange = Partial<Omit<Settings, 'version' | 'updatedAt'>>;

/** The settings as they stand in the fields of the form; days, limits and thresholds as typed, empty for none. */
export interface Draft {
  staffRefundWindowDays: string;
  ownerRefundWindowDays: string;
  staffRefundLimitMinor: string;
  ownerRefundLimitMinor: string;
  splitRemindersEnabled: boolean;
  guestNotificationsEnabled: boolean;
  tipPoolRule: Settings['tipPoolRule'];
  alertFailureRatePercent: string;
  alertPendingMinutes: string;
  alertRefundRatePercent: string;
}

export function draftOf(settings: Settings, currency: string): Draft {
  const whole = (value: number | null) => (value === null ? '' : String(value));
  const limit = (value: number | null) => (value === null ? '' : typedMoney(value, currency));
  return {
    staffRefundWindowDays: whole(settings.staffRefundWindowDays),
    ownerRefundWindowDays: whole(settings.ownerRefundWindowDays),
    staffRefundLimitMinor: limit(settings.staffRefundLimitMinor),
    ownerRefundLimitMinor: limit(settings.ownerRefundLimitMinor),
    splitRemindersEnabled: settings.splitRemindersEnabled,
    guestNotificationsEnabled: settings.guestNotificationsEnabled,
    tipPoolRule: settings.tipPoolRule,
    alertFailureRatePercent: whole(settings.alertFailureRatePercent),
    alertPendingMinutes: whole(settings.alertPendingMinutes),
    alertRefundRatePercent: whole(settings.alertRefundRatePercent),
  };
}

/** What the whole numbers may be; both ends included, as the API has them. */
export const RANGES = {
  days: { least: 0, most: 3650 },
  percent: { least: 1, most: 100 },
  minutes: { least: 1, most: 100_000 },
} as const;

/** A whole number as typed: null is none, undefined one that is not right. */
export function parseWhole(typed: string, unit: keyof typeof RANGES): number | null | undefined {
  if (typed.trim() === '') return null;
  const value = /^\s*\d{1,6}\s*$/.test(typed) ? Number(typed) : undefined;
  const { least, most } = RANGES[unit];
  return value !== undefined && value >= least && value <= most ? value : undefined;
}

/** What the draft would change, only that: others may change the rest meanwhile. Null: a field is not right yet. */
export function changesOf(draft: Draft, settings: Settings, currency: string): SettingsChange | null {
  const limit = (typed: string) => (typed.trim() === '' ? null : (parseMoney(typed, currency) ?? undefined));
  const wanted = {
    ...draft,
    staffRefundWindowDays: parseWhole(draft.staffRefundWindowDays, 'days'),
    ownerRefundWindowDays: parseWhole(draft.ownerRefundWindowDays, 'days'),
    staffRefundLimitMinor: limit(draft.staffRefundLimitMinor),
    ownerRefundLimitMinor: limit(draft.ownerRefundLimitMinor),
    alertFailureRatePercent: parseWhole(draft.alertFailureRatePercent, 'percent'),
    alertPendingMinutes: parseWhole(draft.alertPendingMinutes, 'minutes'),
    alertRefundRatePercent: parseWhole(draft.alertRefundRatePercent, 'percent'),
  };
  const entries = Object.entries(wanted);
  if (entries.some(([, value]) => value === undefined)) return null;
  return Object.fromEntries(entries.filter(([name, value]) => settings[name as keyof Settings] !== value));
}

/** The values that a change replaced, so that it can be undone. */
export function undoOf(change: SettingsChange, before: Settings): SettingsChange {
  return Object.fromEntries(Object.keys(change).map((name) => [name, before[name as keyof Settings]]));
}
