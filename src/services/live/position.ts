/**
 * Where an event stands in the one order of all live events: by the last transaction that had ended when it was written, or its
 * own, then by its number. Readers stay below the oldest running transaction: nothing ever appears before a position that was
 * read, and what happened first comes first (docs/adr/0027).
 */
export interface Position {
  xid: number;
  sequence: number;
}

const RADIX = 36;
const FORMAT = /^([0-9a-z]{1,11})-([0-9a-z]{1,11})$/;

/** After every event with the same `xid`, whatever their numbers. */
export const LAST_SEQUENCE = Number.MAX_SAFE_INTEGER;

/** The position as clients keep and send it back: opaque to them. */
export function formatPosition({ xid, sequence }: Position): string {
  return `${xid.toString(RADIX)}-${sequence.toString(RADIX)}`;
}

/** Null: not a position of ours. */
export function parsePosition(text: string): Position | null {
  const [, xid, sequence] = FORMAT.exec(text) ?? [];
  if (xid === undefined || sequence === undefined) return null;
  const position = { xid: Number.parseInt(xid, RADIX), sequence: Number.parseInt(sequence, RADIX) };
  return Number.isSafeInteger(position.xid) && Number.isSafeInteger(position.sequence) ? position : null;
}

/** Negative: `a` comes first. */
export function comparePositions(a: Position, b: Position): number {
  return a.xid - b.xid || a.sequence - b.sequence;
}
