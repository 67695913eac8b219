import { ServiceError } from '@/services/errors';

/** Repeated keys, commas and any case; `all` is how some screens say no filter. */
export function valuesOf(query: URLSearchParams, names: readonly string[]): string[] {
  const values = names.flatMap((name) => [...query.getAll(name), ...query.getAll(`${name}[]`)]);
  return values
    .flatMap((value) => value.split(','))
    .map((value) => value.trim().toUpperCase())
    .filter((value) => value !== '' && value !== 'ALL');
}

/** A positive whole number, or undefined: a list is never refused for it. */
export function countOf(value: string | null): number | undefined {
  const count = value === null || !/^\d{1,6}$/.test(value.trim()) ? 0 : Number(value);
  return count > 0 ? count : undefined;
}

/** A time of the query under the name that verbs know. @throws ServiceError INVALID_INPUT */
export function dateOf<Key extends string>(
  query: URLSearchParams,
  name: string,
  key: Key,
): Partial<Record<Key, Date>> {
  const value = query.get(name);
  if (value === null || value === '') return {};
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) {
    throw new ServiceError('INVALID_INPUT', `Change ${name}: send an ISO 8601 time.`, {
      details: { field: name },
    });
  }
  return { [key]: date } as Partial<Record<Key, Date>>;
}
