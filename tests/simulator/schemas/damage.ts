type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Hashes whose names the types leave open. */
const OPEN = new Set(['metadata', 'previous_attributes']);

/** Paths of every member inside a JSON value. */
function pathsOf(value: Json, at: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    OPEN.has(key) ? [[...at, key]] : [[...at, key], ...pathsOf(inner, [...at, key])],
  );
}

function at(root: Json, path: readonly string[]): Json {
  return path.reduce<Json>((value, key) => (value as Record<string, Json>)[key] ?? null, root);
}

/** A copy in which the member at the path is replaced, or removed when the replacement is undefined. */
function changed(root: Json, path: readonly string[], replacement: Json | undefined): Json {
  const copy = structuredClone(root);
  const owner = at(copy, path.slice(0, -1)) as Record<string, Json>;
  const last = path.at(-1) ?? '';
  if (replacement === undefined) delete owner[last];
  else owner[last] = replacement;
  return copy;
}

interface Damaged {
  what: string;
  body: unknown;
}

/** Copies of a body without one of the members whose names are given, wherever they are. */
export function withoutEach(body: unknown, names: readonly string[]): Damaged[] {
  const paths = pathsOf(body as Json).filter((path) => names.includes(path.at(-1) ?? ''));
  return paths.map((path) => ({
    what: `no ${path.join('.')}`,
    body: changed(body as Json, path, undefined),
  }));
}

/** Copies in which a number or boolean has become a text. */
export function withTextForEach(body: unknown): Damaged[] {
  const paths = pathsOf(body as Json).filter((path) => /number|boolean/.test(typeof at(body as Json, path)));
  return paths.map((path) => ({ what: `text in ${path.join('.')}`, body: changed(body as Json, path, 'x') }));
}

/** Copies in which one of the objects has a member that nobody knows. */
export function withMoreInEach(body: unknown): Damaged[] {
  const isHash = (value: Json) => typeof value === 'object' && value !== null && !Array.isArray(value);
  const paths = [[], ...pathsOf(body as Json)].filter(
    (path: string[]) => isHash(at(body as Json, path)) && !OPEN.has(path.at(-1) ?? ''),
  );
  return paths.map((path) => ({
    what: `more in ${path.join('.')}`,
    body: changed(body as Json, [...path, 'surprise'], true),
  }));
}
