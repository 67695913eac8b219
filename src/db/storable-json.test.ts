import fc from 'fast-check';
import { expect, test } from 'vitest';
import { storableJson } from './storable-json';

const json = (written: string) => `{"name":"a${written}b"}`;

test.each([
  ['a NUL', '\\u0000', '\\ufffd'],
  ['two NULs', '\\u0000\\u0000', '\\ufffd\\ufffd'],
  ['a high half alone', '\\uD83D', '\\ufffd'],
  ['a low half alone', '\\ude00', '\\ufffd'],
  ['two high halves', '\\ud83d\\ud83d', '\\ufffd\\ufffd'],
  ['a high half before a pair', '\\ud83d\\ud83d\\ude00', '\\ufffd\\ud83d\\ude00'],
  ['a pair the wrong way round', '\\ude00\\ud83d', '\\ufffd\\ufffd'],
  ['a NUL after an escaped backslash', '\\\\\\u0000', '\\\\\\ufffd'],
])('%s is replaced', (_name, written, expected) => {
  expect(storableJson(json(written))).toBe(json(expected));
});

test.each([
  ['a good pair', '\\ud83d\\ude00'],
  ['other escapes', '\\u00e9\\n\\"\\/\\\\'],
  ['an escaped backslash before u0000', '\\\\u0000'],
  ['an escaped backslash before half a pair', '\\\\ud83d'],
])('%s stays as it came', (_name, written) => {
  expect(storableJson(json(written))).toBe(json(written));
});

test('any text ends well-formed, without NUL, and otherwise as it was', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom('\0', '\ud83d', '\ude00', '\\')),
      (text, bad) => {
        const value = text + bad.join('');
        const expected = value.replaceAll('\0', '\ufffd').replace(/\p{Surrogate}/gu, '\ufffd');
        expect(JSON.parse(storableJson(JSON.stringify({ value })))).toEqual({ value: expected });
      },
    ),
  );
});
