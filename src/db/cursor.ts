import { z } from 'zod';

const version = 1;

/** A cursor that this service did not issue, or issued for another list: the caller's mistake, not ours. */
export class InvalidCursorError extends Error {
  override readonly name = 'InvalidCursorError';
  readonly code = 'CURSOR_INVALID';

  constructor() {
    super('This page marker is not valid: start again from the first page.');
  }
}

/** Opaque text for the sort key of a page's last row. Not secret and not signed: holds no personal data. */
export function encodeCursor(parts: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify([version, ...parts])).toString('base64url');
}

/**
 * A page of rows that were asked for with one more than `limit`, so that it is known whether more follow.
 * @param keyOf the sort key of a row; `nextCursor` null: these were the last
 */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  keyOf: (last: Row) => readonly (string | number)[],
): { page: Row[]; nextCursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { page, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null };
}

/** The parts of a cursor, checked by a tuple schema. Throws InvalidCursorError on anything else. */
export function decodeCursor<Schema extends z.ZodType>(cursor: string, schema: Schema): z.output<Schema> {
  if (!/^[\w-]{1,2048}$/.test(cursor)) throw new InvalidCursorError();
  const envelope = z.tuple([z.literal(version)], z.unknown()).safeParse(parse(cursor));
  if (!envelope.success) throw new InvalidCursorError();
  const parts = schema.safeParse(envelope.data.slice(1));
  if (!parts.success) throw new InvalidCursorError();
  return parts.data;
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
