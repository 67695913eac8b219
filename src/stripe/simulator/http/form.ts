/** A decoded form value: text, or a hash whose keys come from the brackets (array indexes included). */
export type FormValue = string | FormHash;
export interface FormHash {
  [key: string]: FormValue;
}

const EMPTY = (): FormHash => Object.create(null) as FormHash;

function decode(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

function assign(target: FormHash, key: string, value: string): void {
  const open = key.indexOf('[');
  if (open <= 0) {
    target[key] = value;
    return;
  }
  const path = [key.slice(0, open)];
  for (const match of key.slice(open).matchAll(/\[([^\]]*)\]/g)) path.push(match[1] ?? '');
  let hash = target;
  for (const [depth, raw] of path.entries()) {
    const segment = raw === '' ? String(Object.keys(hash).length) : raw;
    if (depth === path.length - 1) {
      hash[segment] = value;
      return;
    }
    const next = hash[segment];
    const child = typeof next === 'object' ? next : EMPTY();
    hash[segment] = child;
    hash = child;
  }
}

/**
 * Decodes Stripe's bracket encoding (`a[b]=1&c[]=2&d[0][e]=3`), of a body or a query string.
 * Hashes have no prototype, so a key such as `__proto__` is only a key.
 */
export function parseForm(text: string): FormHash {
  const form = EMPTY();
  if (text === '') return form;
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const key = decode(equals < 0 ? pair : pair.slice(0, equals));
    assign(form, key, equals < 0 ? '' : decode(pair.slice(equals + 1)));
  }
  return form;
}
