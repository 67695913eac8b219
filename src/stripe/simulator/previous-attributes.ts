import { isDeepStrictEqual } from 'node:util';

type Bag = Record<string, unknown>;

function isHash(value: unknown): value is Bag {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The `previous_attributes` of an event: the old values of what changed. Hashes without an id are compared
 * key by key, a key that did not exist before is null (Stripe, "The Event object").
 */
export function changedAttributes(before: object, after: object): Record<string, unknown> {
  const changed: Bag = {};
  const old = before as Bag;
  const now = after as Bag;
  for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
    const was = old[key];
    const is = now[key];
    if (was === is || isDeepStrictEqual(was, is)) continue;
    changed[key] = isHash(was) && isHash(is) && !('id' in was) ? changedAttributes(was, is) : (was ?? null);
  }
  return changed;
}
