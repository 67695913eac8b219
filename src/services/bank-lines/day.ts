import type { DATE_FORMATS } from './schemas';

const PATTERNS: Record<(typeof DATE_FORMATS)[number], RegExp> = {
  'YYYY-MM-DD': /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:[T ].*)?$/,
  'DD.MM.YYYY': /^(?<day>\d{1,2})\.(?<month>\d{1,2})\.(?<year>\d{4})$/,
  'DD/MM/YYYY': /^(?<day>\d{1,2})\/(?<month>\d{1,2})\/(?<year>\d{4})$/,
  'MM/DD/YYYY': /^(?<month>\d{1,2})\/(?<day>\d{1,2})\/(?<year>\d{4})$/,
  YYYYMMDD: /^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})$/,
};

/** 'YYYY-MM-DD' of a day as the bank writes it, or null: no such day in that form. */
export function dayOf(text: string, format: (typeof DATE_FORMATS)[number]): string | null {
  const found = PATTERNS[format].exec(text.trim())?.groups;
  if (!found) return null;
  const day = `${found.year}-${found.month?.padStart(2, '0')}-${found.day?.padStart(2, '0')}`;
  const at = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === day ? day : null;
}

/** Whether it is a day in any form: not a word or a sum, as the last lines of some files have in its place. */
export function looksLikeDay(text: string): boolean {
  return /^\d{1,4}([./-])\d{1,2}\1\d{1,4}(?:[T ].*)?$|^\d{8}$/.test(text.trim());
}
