import type { Route } from './call';

export interface Match {
  route: Route;
  params: Record<string, string>;
}

/** Finds the row of a request; null: the table has none. */
export type Matcher = (method: string, path: string) => Match | null;

/** The path as the table writes it: single slashes, none at the end (v1 A asks for `/restaurants//payments`). */
export function plainPath(path: string): string {
  const single = path.replace(/\/{2,}/g, '/');
  return single.length > 1 && single.endsWith('/') ? single.slice(0, -1) : single;
}

/** Rows with fixed words come before rows with ids in the same places. */
export function createMatcher(routes: readonly Route[]): Matcher {
  const compiled = routes
    .map((route) => ({ route, parts: route.path.split('/') }))
    .sort((a, b) => idCount(a.parts) - idCount(b.parts));
  return (method, path) => {
    const given = path.split('/');
    for (const { route, parts } of compiled) {
      if (route.method !== method || parts.length !== given.length) continue;
      const params = paramsOf(parts, given);
      if (params) return { route, params };
    }
    return null;
  };
}

function idCount(parts: readonly string[]): number {
  return parts.filter((part) => part.startsWith(':')).length;
}

function paramsOf(parts: readonly string[], given: readonly string[]): Record<string, string> | null {
  const params: Record<string, string> = {};
  for (const [i, part] of parts.entries()) {
    const value = given[i] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = decoded(value);
    else if (part !== value) return null;
  }
  return params;
}

/** A broken escape is an id that nothing has. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return '';
  }
}
