import fc from 'fast-check';

/** Texts that have broken services: storage, patterns, formulas, paths, logs, and a card's number. */
export const HOSTILE_TEXTS = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\udc00x',
  '\u202e',
  '\u2028',
  'e\u0301'.repeat(50),
  '😀',
  'null',
  'undefined',
  'NaN',
  '-1',
  '1e309',
  '0x10',
  '١٢',
  '__proto__',
  'constructor',
  'toString',
  "' OR 1=1 --",
  "'; DROP TABLE payments; --",
  '$1',
  '%',
  '_',
  '\\',
  '%00',
  '../../etc/passwd',
  '{{7*7}}',
  '\u0024{jndi:ldap://x}',
  '<script>alert(1)</script>',
  '=HYPERLINK("http://x")',
  '\r\nset-cookie: a=b',
  '\u001b[31m',
  '4242 4242 4242 4242',
  '2026-02-30',
  '0000-00-00',
  '9999-12-31',
  '275760-09-13',
  '2026-11-22T25:00:00Z',
  '00000000-0000-0000-0000-000000000000',
  'x'.repeat(256),
  'x'.repeat(5_000),
] as const;

const HOSTILE_NUMBERS = [
  0,
  -0,
  -1,
  0.5,
  1e-7,
  0.1 + 0.2,
  49,
  2_147_483_647,
  2_147_483_648,
  99_999_999,
  Number.MAX_SAFE_INTEGER,
  2 ** 53,
  -(2 ** 63),
  1e21,
  1e308,
] as const;

/** What JSON cannot say, but superjson can. */
const HOSTILE_OBJECTS: readonly unknown[] = [
  undefined,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  10n ** 30n,
  new Date(Number.NaN),
  new Date(8.64e15),
  new Date(-8.64e15),
  new Date('0001-01-01T00:00:00Z'),
  new Set(['a']),
  new Map([['a', 1]]),
  /(a+)+$/,
  new Error('sent'),
  new URL('http://127.0.0.1/'),
];

export const hostileText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE_TEXTS) },
  { weight: 1, arbitrary: fc.string({ maxLength: 300, unit: 'binary' }) },
);

export const hostileNumber = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE_NUMBERS) },
  { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
);

/** Any value of JSON: wrong types, deep nests, names that objects have already. */
export const hostileJson: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: hostileText },
  { weight: 3, arbitrary: hostileNumber },
  { weight: 2, arbitrary: fc.constantFrom(null, true, false, [], {}) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.array(hostileText, { maxLength: 5 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(
      JSON.parse('{"__proto__":{"isAdmin":true},"constructor":{"prototype":{}}}'),
      JSON.parse('['.repeat(200) + ']'.repeat(200)),
      Array.from({ length: 300 }, () => 1),
      JSON.parse('{"toString":"x","valueOf":"x","then":"x"}'),
      { length: -1 },
    ),
  },
);

/** Any value that superjson can carry. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 5, arbitrary: hostileJson },
  { weight: 1, arbitrary: fc.constantFrom(...HOSTILE_OBJECTS) },
);

/** What superjson does not understand, or what it must not do. */
export const brokenSuperjson: fc.Arbitrary<unknown> = brokenEncodings();

function brokenEncodings(): fc.Arbitrary<unknown> {
  const kinds = fc.constantFrom<unknown>(
    'Date',
    'set',
    'map',
    'regexp',
    'bigint',
    'URL',
    'Error',
    'undefined',
    'number',
    'x',
    '__proto__',
    5,
    null,
    ['class', 'Object'],
    ['custom', 'x'],
    ['symbol', 'x'],
    ['typed-array', 'Uint8Array'],
    [],
  );
  const values = fc.oneof(
    fc.dictionary(
      fc.constantFrom('a', 'a.b', '__proto__.x', 'constructor.prototype.x', '', '0'),
      fc.array(kinds, { maxLength: 2 }),
    ),
    fc.array(kinds, { maxLength: 2 }),
    hostileJson,
  );
  return fc.record(
    {
      json: fc.oneof(
        hostileJson,
        hostileJson.map((a) => ({ a })),
      ),
      meta: fc.oneof(
        fc.record(
          { values, referentialEqualities: hostileJson, v: fc.constantFrom(1, 2, 'x') },
          { requiredKeys: [] },
        ),
        hostileJson,
      ),
    },
    { requiredKeys: [] },
  );
}
