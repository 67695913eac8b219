import { plainPath } from '@/rest/match';

const STRING = /'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/.source;
const NAMED = new RegExp(
  `(?:const |let )?\\b(\\w+)(?: =|:) (?:\\([^()]*\\)(?:: \\w+)? => )?(${STRING})`,
  'g',
);
const CALL = new RegExp(`\\.(get|post|put|patch|delete)\\(\\s*(${STRING}|\\w+)`, 'g');

/** A call that a test makes: a placeholder of its template stands as `*`, which may be any part of a path. */
export interface Called {
  method: string;
  path: string;
}

/**
 * The calls of the existing client that a test's source makes, as far as they are written out in that file: with texts, templates, and
 * names that stand for one. Whatever it cannot read counts as not called.
 * @param file where the names are explained, if the source is a part of it
 */
export function callsIn(source: string, file = source): Called[] {
  const values = new Map<string, string>();
  for (const [, name = '', text = ''] of file.matchAll(NAMED)) values.set(name, filled(text, values));
  return [...source.matchAll(CALL)].flatMap(([, method = '', argument = '']) => {
    const path = /^['`]/.test(argument) ? filled(argument, values) : values.get(argument);
    return path?.startsWith('/')
      ? [{ method: method.toUpperCase(), path: plainPath(path.split('?')[0] ?? '') }]
      : [];
  });
}

/** Whether a call may be of a row. Words are matched by words alone, ids by placeholders or words. */
export function isOfRow(call: Called, row: { method: string; path: string }): boolean {
  const parts = call.path.split('/');
  const wanted = row.path.split('/');
  return (
    call.method === row.method &&
    parts.length === wanted.length &&
    wanted.every((part, i) => part === parts[i] || (part.startsWith(':') && parts[i] !== ''))
  );
}

/** A text without its quotes; a placeholder with a known name is filled in, any other becomes `*`. */
function filled(literal: string, values: ReadonlyMap<string, string>): string {
  const text = literal.slice(1, -1);
  if (literal.startsWith("'")) return text;
  return text.replace(/\$\{(\w+)(\([^}]*\))?\}|\$\{[^}]*\}/g, (_, name: string | undefined) =>
    name === undefined ? '*' : (values.get(name) ?? '*'),
  );
}
