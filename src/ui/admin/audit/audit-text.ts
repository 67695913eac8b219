import { stateText } from '@/ui/kit/badge';
import { money } from '../format';

/** `settings.changed` is "Settings changed", `login_failed` "Login failed". */
export function actionText(action: string): string {
  return stateText(action.replaceAll('.', '_'));
}

/** Where amounts of a detail belong. */
interface Place {
  currency: string;
  locale: string;
}

/**
 * The details of an entry as names and values that people read: `staffRefundWindowDays: { from: 30, to: 60 }` is
 * "Staff refund window days", "30 to 60". Amounts (`…Minor`) stand in the restaurant's currency, if it is known.
 */
export function detailRows(
  details: Record<string, unknown> | null,
  place: Place | null,
): (readonly [string, string])[] {
  return Object.entries(details ?? {}).map(([name, value]) => {
    const isAmount = name.endsWith('Minor') && place !== null;
    const text = (one: unknown) =>
      isAmount && typeof one === 'number' ? money(one, place.currency, place.locale) : valueText(one);
    const label = wordsOf(isAmount ? name.slice(0, -'Minor'.length) : name);
    return [label, isChange(value) ? `${text(value.from)} to ${text(value.to)}` : text(value)] as const;
  });
}

function isChange(value: unknown): value is { from: unknown; to: unknown } {
  return value !== null && typeof value === 'object' && 'from' in value && 'to' in value;
}

function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function wordsOf(name: string): string {
  const words = name.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
