/** A Stripe object that lacks what its type promises, for instance from another API version. */
export class UnexpectedShape extends Error {
  override readonly name = 'UnexpectedShape';
}

/** Any JSON object; the readers below check what they take out of it. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object's fields. Stripe's interfaces have no index signature, hence by assertion; every read is checked. */
export function fieldsOf(value: object): Fields {
  return value as Fields;
}

/** @throws UnexpectedShape unless the field is a string with at least one character */
export function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string' || value === '') throw missing(fields, name);
  return value;
}

/** The string, or null for anything else. */
export function textOrNull(fields: Fields | null, name: string): string | null {
  const value = fields?.[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** @throws UnexpectedShape unless the field is an integer that JavaScript holds exactly */
export function integer(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw missing(fields, name);
  return value;
}

/** As `integer`, or null when the field is absent or null. */
export function integerOrNull(fields: Fields | null, name: string): number | null {
  return fields && fields[name] != null ? integer(fields, name) : null;
}

/** The object in a field, or null. */
export function childOrNull(fields: Fields | null, name: string): Fields | null {
  const value = fields?.[name];
  return isFields(value) ? value : null;
}

/** Stripe's ids are up to 255 characters ("Object IDs"), and so wide are the columns. */
export const MAX_ID_LENGTH = 255;

/**
 * The id in a field that holds an id or, expanded, the object itself.
 * @throws UnexpectedShape for a longer one, which no column holds
 */
export function idOrNull(fields: Fields, name: string): string | null {
  const id = textOrNull(fields, name) ?? textOrNull(childOrNull(fields, name), 'id');
  if (id !== null && id.length > MAX_ID_LENGTH) throw missing(fields, name);
  return id;
}

/** @throws UnexpectedShape unless the field is one of `allowed` */
export function oneOf<T extends string>(fields: Fields, name: string, allowed: readonly T[]): T {
  const found = allowed.find((value) => value === fields[name]);
  if (found === undefined) throw missing(fields, name);
  return found;
}

/** Metadata's string values; empty when there are none. */
export function metadataOf(fields: Fields): Record<string, string> {
  const entries = Object.entries(childOrNull(fields, 'metadata') ?? {});
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function missing(fields: Fields, name: string): UnexpectedShape {
  const kind = typeof fields.object === 'string' ? fields.object : 'Stripe object';
  return new UnexpectedShape(`A ${kind} came without a usable ${name}.`);
}
