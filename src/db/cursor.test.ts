import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { decodeCursor, encodeCursor, InvalidCursorError, pageOf } from './cursor';

const byTime = z.tuple([z.number().int(), z.string()]);

describe('cursors', () => {
  it('come back as they were encoded, in URL-safe text', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.string(), (time, id) => {
        const cursor = encodeCursor([time, id]);
        expect(cursor).toMatch(/^[\w-]+$/);
        expect(decodeCursor(cursor, byTime)).toEqual([time, id]);
      }),
    );
  });

  it('that this service did not make are refused with a typed error, whatever they hold', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => decodeCursor(text, byTime)).toThrow(InvalidCursorError);
        expect(() => decodeCursor(Buffer.from(text).toString('base64url'), byTime)).toThrow(
          InvalidCursorError,
        );
      }),
    );
  });

  it.each([
    ['of another version', Buffer.from('[2,1,"a"]').toString('base64url')],
    ['of another list', encodeCursor(['a', 1])],
    ['with parts missing', encodeCursor([1])],
    ['with parts too many', encodeCursor([1, 'a', 'b'])],
    ['too long', encodeCursor([1, 'a'.repeat(3000)])],
    ['of no array', Buffer.from('{"0":1}').toString('base64url')],
  ])('%s are refused', (_what, cursor) => {
    expect(() => decodeCursor(cursor, byTime)).toThrow(InvalidCursorError);
  });
});

describe('a page', () => {
  const keyOf = (row: string) => [row];

  it('leaves out the row that only tells that more follow, and begins the next one after its last', () => {
    const { page, nextCursor } = pageOf(['a', 'b', 'c'], 2, keyOf);
    expect(page).toEqual(['a', 'b']);
    expect(decodeCursor(nextCursor ?? '', z.tuple([z.string()]))).toEqual(['b']);
  });

  it.each([[[]], [['a']], [['a', 'b']]])('of %j is the last', (rows) => {
    expect(pageOf<string>(rows, 2, keyOf)).toEqual({ page: rows, nextCursor: null });
  });
});
