import { stateText } from '@/ui/kit/badge';
import { money } from '../format';

type Facts = Readonly<Record<string, unknown>>;

/**
 * The facts of a comparison as people read them, each with its name: amounts in their currency, yes and no, words for codes; ids
 * and numbers as they are.
 * @param currency of amounts beside which the facts name no other, such as `theirsCurrency` beside `theirsMinor`
 */
export function factTexts(facts: Facts, currency: string | null, locale?: string): [string, string][] {
  return Object.entries(facts).map(([name, value]) => {
    const [, what] = /^(\w+)Minor$/.exec(name) ?? [];
    if (what === undefined) return [nameText(name), factText(value)];
    const itsCurrency = facts[`${what}Currency`] ?? facts.currency ?? currency;
    const isAmount = Number.isSafeInteger(value) && typeof itsCurrency === 'string';
    return [nameText(what), isAmount ? money(value as number, itsCurrency, locale) : factText(value)];
  });
}

function nameText(name: string): string {
  return stateText(name.replace(/([A-Z])/g, ' $1'));
}

function factText(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'object') return JSON.stringify(value);
  const text = String(value);
  return /^[A-Z]{4,}(_[A-Z]+)*$/.test(text) ? stateText(text) : text;
}
