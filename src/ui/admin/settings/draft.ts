import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@/trpc/routers';
import { parseMoney, typedMoney } from '../format';

export type Settings = inferRouterOutputs<AppRouter>['settings']['get'];
export type SettingsChange = Partial<Omit<Settings, 'version' | 'updatedAt'>>;

/** The settings as they stand in the fields of the form; days and limits as typed, empty for none. */
export interface Draft {
  staffRefundWindowDays: string;
  ownerRefundWindowDays: string;
  staffRefundLimitMinor: string;
  ownerRefundLimitMinor: string;
  splitRemindersEnabled: boolean;
  guestNotificationsEnabled: boolean;
  tipPoolRule: Settings['tipPoolRule'];
}

export function draftOf(settings: Settings, currency: string): Draft {
  const days = (value: number | null) => (value === null ? '' : String(value));
  const limit = (value: number | null) => (value === null ? '' : typedMoney(value, currency));
  return {
    staffRefundWindowDays: days(settings.staffRefundWindowDays),
    ownerRefundWindowDays: days(settings.ownerRefundWindowDays),
    staffRefundLimitMinor: limit(settings.staffRefundLimitMinor),
    ownerRefundLimitMinor: limit(settings.ownerRefundLimitMinor),
    splitRemindersEnabled: settings.splitRemindersEnabled,
    guestNotificationsEnabled: settings.guestNotificationsEnabled,
    tipPoolRule: settings.tipPoolRule,
  };
}

const MOST_DAYS = 3650;

/** Days as typed: null is no limit, undefined no number of days. */
export function parseDays(typed: string): number | null | undefined {
  if (typed.trim() === '') return null;
  const days = /^\s*\d{1,4}\s*$/.test(typed) ? Number(typed) : undefined;
  return days !== undefined && days <= MOST_DAYS ? days : undefined;
}

/** What the draft would change, only that: others may change the rest meanwhile. Null: a field is not right yet. */
export function changesOf(draft: Draft, settings: Settings, currency: string): SettingsChange | null {
  const limit = (typed: string) => (typed.trim() === '' ? null : (parseMoney(typed, currency) ?? undefined));
  const wanted = {
    ...draft,
    staffRefundWindowDays: parseDays(draft.staffRefundWindowDays),
    ownerRefundWindowDays: parseDays(draft.ownerRefundWindowDays),
    staffRefundLimitMinor: limit(draft.staffRefundLimitMinor),
    ownerRefundLimitMinor: limit(draft.ownerRefundLimitMinor),
  };
  const entries = Object.entries(wanted);
  if (entries.some(([, value]) => value === undefined)) return null;
  return Object.fromEntries(entries.filter(([name, value]) => settings[name as keyof Settings] !== value));
}

/** The values that a change replaced, so that it can be undone. */
export function undoOf(change: SettingsChange, before: Settings): SettingsChange {
  return Object.fromEntries(Object.keys(change).map((name) => [name, before[name as keyof Settings]]));
}
