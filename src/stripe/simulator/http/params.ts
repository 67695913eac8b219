import { invalidParam } from '../errors';
import type { FormHash, FormValue } from './form';

/** How one parameter is read. `parse` throws a Stripe-shaped 400 that names `path`. */
export interface Field<T, R extends boolean = boolean> {
  readonly required: R;
  parse(value: FormValue, path: string): T;
}
export type Shape = Record<string, Field<unknown>>;
type ValueOf<F> = F extends Field<infer T> ? T : never;
/** What a handler receives for a shape: required fields present, the others optional. */
export type Parsed<S extends Shape> = {
  [K in keyof S as S[K]['required'] extends true ? K : never]: ValueOf<S[K]>;
} & { [K in keyof S as S[K]['required'] extends true ? never : K]?: ValueOf<S[K]> };

function field<T>(parse: (value: FormValue, path: string) => T): Field<T, false> {
  return { required: false, parse };
}

function text(value: FormValue, path: string): string {
  if (typeof value !== 'string') throw invalidParam(`Invalid string: ${JSON.stringify(value)}`, path);
  if (value === '') {
    throw invalidParam(
      `You passed an empty string for '${path}'. We assume empty values are an attempt to unset a parameter; ` +
        `however '${path}' cannot be unset. You should remove '${path}' from your request or supply a ` +
        'non-empty value.',
      path,
      'parameter_invalid_empty',
    );
  }
  return value;
}

/** Makes a field mandatory: its absence is a `parameter_missing`. */
export function required<T>(inner: Field<T>): Field<T, true> {
  return { required: true, parse: inner.parse };
}

/** An empty string unsets the value: read as null. */
export function emptyable<T>(inner: Field<T>): Field<T | null, false> {
  return field((value, path) => (value === '' ? null : inner.parse(value, path)));
}

export function string(maxLength = 5000): Field<string, false> {
  return field((value, path) => {
    const parsed = text(value, path);
    if (parsed.length <= maxLength) return parsed;
    throw invalidParam(
      `Invalid string: ${parsed.slice(0, 20)}...; must be at most ${maxLength} characters`,
      path,
      'parameter_invalid_string',
    );
  });
}

export function integer(min = Number.MIN_SAFE_INTEGER): Field<number, false> {
  return field((value, path) => {
    const raw = text(value, path);
    const parsed = /^-?\d{1,15}$/.test(raw) ? Number(raw) : Number.NaN;
    if (Number.isNaN(parsed))
      throw invalidParam(`Invalid integer: ${raw}`, path, 'parameter_invalid_integer');
    if (parsed >= min) return parsed;
    const message =
      min === 1
        ? 'This value must be greater than or equal to 1.'
        : `This value must be greater than or equal to ${min}.`;
    throw invalidParam(message, path, 'parameter_invalid_integer');
  });
}

export function boolean(): Field<boolean, false> {
  return field((value, path) => {
    const raw = text(value, path);
    if (raw === 'true' || raw === '1') return true;
    if (raw === 'false' || raw === '0') return false;
    throw invalidParam(`Invalid boolean: ${raw}`, path);
  });
}

export function oneOf<const T extends string>(...choices: readonly T[]): Field<T, false> {
  return field((value, path) => {
    const raw = text(value, path);
    const found = choices.find((choice) => choice === raw);
    if (found !== undefined) return found;
    const listed =
      choices.length === 1 ? choices[0] : `one of ${choices.slice(0, -1).join(', ')}, or ${choices.at(-1)}`;
    throw invalidParam(`Invalid ${path}: must be ${listed}`, path);
  });
}

export function hash<S extends Shape>(shape: S): Field<Parsed<S>, false> {
  return field((value, path) => {
    if (typeof value === 'string') throw invalidParam('Invalid object', path);
    return parseParams(shape, value, path);
  });
}

export function array<T>(inner: Field<T>): Field<T[], false> {
  return field((value, path) => {
    if (typeof value === 'string') throw invalidParam('Invalid array', path);
    return Object.entries(value).map(([index, item]) => inner.parse(item, `${path}[${index}]`));
  });
}

/** Any value, kept as decoded: for hashes that the simulator accepts and ignores. */
export function anything(): Field<FormValue, false> {
  return field((value) => value);
}

/** Metadata: at most 50 keys of 40 characters, values of 500; an empty value removes its key. */
export function metadata(): Field<Record<string, string> | null, false> {
  return field((value, path) => {
    if (value === '') return null;
    if (typeof value === 'string') throw invalidParam('Invalid object', path);
    const entries = Object.entries(value);
    if (entries.length > 50) throw invalidParam('Metadata can have up to 50 keys.', path);
    const parsed: Record<string, string> = {};
    for (const [key, item] of entries) {
      const at = `${path}[${key}]`;
      if (key.length > 40) throw invalidParam('Metadata keys can be up to 40 characters.', at);
      if (typeof item !== 'string') throw invalidParam('Metadata values must be strings.', at);
      if (item.length > 500) throw invalidParam('Metadata values can be up to 500 characters.', at);
      parsed[key] = item;
    }
    return parsed;
  });
}

export interface TimeRange {
  gt?: number;
  gte?: number;
  lt?: number;
  lte?: number;
}

/** A filter on seconds: an exact time or bounds. */
export function timeRange(): Field<TimeRange, false> {
  const bounds = hash({ gt: integer(), gte: integer(), lt: integer(), lte: integer() });
  const exact = integer();
  return field((value, path) => {
    if (typeof value !== 'string') return bounds.parse(value, path);
    const at = exact.parse(value, path);
    return { gte: at, lte: at };
  });
}

/** Reads a decoded form by a shape; unknown, missing and malformed parameters throw as Stripe does. */
export function parseParams<S extends Shape>(shape: S, form: FormHash, prefix = ''): Parsed<S> {
  const at = (key: string) => (prefix === '' ? key : `${prefix}[${key}]`);
  const parsed: Record<string, unknown> = {};
  const unknown: string[] = [];
  for (const key in form) {
    const known = Object.hasOwn(shape, key) ? shape[key] : undefined;
    const value = form[key];
    if (known === undefined) unknown.push(at(key));
    else if (value !== undefined) parsed[key] = known.parse(value, at(key));
  }
  if (unknown.length > 0) {
    const message = `Received unknown parameter${unknown.length > 1 ? 's' : ''}: ${unknown.join(', ')}`;
    throw invalidParam(message, unknown[0], 'parameter_unknown');
  }
  for (const key in shape) {
    if (shape[key]?.required && parsed[key] === undefined) {
      throw invalidParam(`Missing required param: ${at(key)}.`, at(key), 'parameter_missing');
    }
  }
  return parsed as Parsed<S>;
}
