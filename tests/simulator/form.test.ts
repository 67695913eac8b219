import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FormHash, type FormValue, parseForm } from '@/stripe/simulator/http/form';

function encode(value: FormValue, path: string): string[] {
  if (typeof value === 'string') return [`${encodeURIComponent(path)}=${encodeURIComponent(value)}`];
  return Object.entries(value).flatMap(([key, item]) => encode(item, `${path}[${key}]`));
}

const key = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
const hash: fc.Arbitrary<FormHash> = fc.letrec<{ value: FormValue; hash: FormHash }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, fc.string(), tie('hash')),
  hash: fc.dictionary(key, tie('value'), { minKeys: 1, maxKeys: 4 }),
})).hash;

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('form decoding', () => {
  test('whatever is encoded with brackets is decoded again', () => {
    fc.assert(
      fc.property(hash, (form) => {
        const text = Object.entries(form)
          .flatMap(([name, value]) => encode(value, name))
          .join('&');
        expect(plain(parseForm(text))).toEqual(plain(form));
      }),
    );
  });

  test('both notations of arrays are read, plus signs are spaces', () => {
    expect(plain(parseForm('a[]=1&a[]=2&b[0][c]=x+y&d'))).toEqual({
      a: { 0: '1', 1: '2' },
      b: { 0: { c: 'x y' } },
      d: '',
    });
  });

  test('keys that name prototypes are only keys', () => {
    const form = parseForm('__proto__[polluted]=1&constructor[prototype][polluted]=1');
    expect(Object.keys(form)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
