import { stateText } from '@/ui/kit/badge';

/** A fact of a comparison as people read it: yes and no, words for codes; ids and numbers as they are. */
export function factText(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'object') return JSON.stringify(value);
  const text = String(value);
  return /^[A-Z]{4,}(_[A-Z]+)*$/.test(text) ? stateText(text) : text;
}
