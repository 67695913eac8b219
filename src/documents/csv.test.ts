import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cell, csvLines, csvStream } from './csv';

/** What nobody sees, and a spreadsheet passes over: said here once more, letter by letter. */
const UNSEEN = ' \\t\\r\\n\\0\\u00A0\\u00AD\\u200B\\u2060\\u3164\\uFE0F\\uFEFF';
const SIGN = '[=+\\-@\\uFF1D\\uFF0B\\uFF0D\\uFF20]';
/** The apostrophes before what a spreadsheet takes for a formula. */
const GUARD = new RegExp(`(^|(?<=[;\\t\\r\\n]))'(?=[\\t\\r\\n]|[${UNSEEN}"']*${SIGN})`, 'gu');
const FORMULA = new RegExp(`^[${UNSEEN}]*${SIGN}`, 'u');
const NUMBER = /^-?\d+(\.\d+)?$/;

/** As Excel reads a file whose list separator is the given one: quotes count at a field's beginning, and after the pair is text. */
function cellsAtSeparator(text: string, separator: string): string[] {
  const pattern = new RegExp(
    `(?:"((?:[^"]|"")*)"?)?([^${separator}\\r\\n]*)(?:${separator}|\\r\\n|\\r|\\n|$)`,
    'g',
  );
  return [...text.matchAll(pattern)].map(([, quoted = '', rest = '']) => quoted.replaceAll('""', '"') + rest);
}

const INVISIBLE = ['\0', '\u00A0', '\u00AD', '\u200B', '\u2060', '\u3164', '\uFE0F', '\uFEFF'];
const parsed = (text: string): string[][] =>
  // As in a file: after its byte order mark.
  parse(`\uFEFF${text}`, { record_delimiter: '\r\n', bom: true });

async function* pages(...all: Cell[][][]) {
  for (const page of all) yield page;
}

describe('lines of CSV', () => {
  const nasty = fc.string({
    unit: fc.constantFrom(
      '=',
      '+',
      '-',
      '@',
      '\t',
      '\r',
      '\n',
      '"',
      ',',
      ';',
      "'",
      '1',
      '.',
      'ü',
      '¥',
      'Ж',
      '\uFF1D',
      ' ',
      ...INVISIBLE,
    ),
  });
  const attack = fc
    .array(
      fc.constantFrom('x', '5', ';', '"', ' ', '\t', '\n', '\uFEFF', '=1+1', '@SUM(A1)', '-2', "'", ','),
      {
        minLength: 1,
        maxLength: 8,
      },
    )
    .map((parts) => parts.join(''));
  const cell = fc.oneof(nasty, attack, fc.string({ unit: 'grapheme' }), fc.integer(), fc.constant(null));
  const row = fc.array(cell, { minLength: 2, maxLength: 5 });

  it('read back as what was written, but for the apostrophes before what a spreadsheet would run', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), (rows) => {
        const width = Math.max(...rows.map((one) => one.length));
        const even = rows.map((one) => [...one, ...Array<Cell>(width - one.length).fill('x')]);
        const back = parsed(csvLines(even));
        expect(back.map((one) => one.map((text) => text.replace(GUARD, '')))).toEqual(
          even.map((one) => one.map((value) => String(value ?? '').replace(GUARD, ''))),
        );
      }),
    );
  });

  it('hold no cell that begins like a formula, unless it is a number', () => {
    fc.assert(
      fc.property(row, (cells) => {
        for (const text of parsed(csvLines([cells])).flat()) {
          expect(text).not.toMatch(/^[\t\r\n]/);
          if (!NUMBER.test(text)) expect(text).not.toMatch(FORMULA);
        }
      }),
    );
  });

  it.each([';', '\t'])(
    'nor one where a spreadsheet parts cells by %j, whatever stands in texts after the id',
    (separator) => {
      fc.assert(
        fc.property(fc.array(row, { minLength: 1, maxLength: 3 }), (rows) => {
          const text = csvLines(rows.map((cells) => ['id-1', ...cells]));
          for (const one of [
            ...cellsAtSeparator(text, separator),
            ...parse(text, { delimiter: separator, quote: null, relax_column_count: true }).flat(),
          ])
            if (!NUMBER.test(one)) expect(one).not.toMatch(FORMULA);
        }),
        { numRuns: 500 },
      );
    },
  );

  it('keep what holds another list separator in quotes', () => {
    expect(csvLines([['a;b', 'c\td', 'plain']])).toBe('"a;b","c\td",plain\r\n');
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+49 30 1', "'+49 30 1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['-2+3', "'-2+3"],
    ['-', "'-"],
    ['\tx', "'\tx"],
    ['\uFF1D1', "'\uFF1D1"],
    ['-12.34', '-12.34'],
    ['-0', '-0'],
    ['plain', 'plain'],
    ['Bar;=1+1;x', "Bar;'=1+1;x"],
    ['5;@SUM(A1)', "5;'@SUM(A1)"],
    ['5;"=1+1;x', '5;\'"=1+1;x'],
    ['a\n=1+1', "a\n'=1+1"],
    ['\uFEFF=1+1', "'\uFEFF=1+1"],
    ['\u00A0\u200B@SUM(A1)', "'\u00A0\u200B@SUM(A1)"],
    [' -2+3', "' -2+3"],
    ['Fish; chips - 2 = 1', 'Fish; chips - 2 = 1'],
    ['\uFEFFplain', '\uFEFFplain'],
  ])('%j becomes %j', (given, expected) => {
    expect(parsed(csvLines([[given, 'x']]))[0]?.[0]).toBe(expected);
  });

  it('end with CRLF and quote what needs it, as RFC 4180 says', () => {
    expect(csvLines([['a,b', 'say "x"', 'line\r\nbreak', null, -5]])).toBe(
      '"a,b","say ""x""","line\r\nbreak",,-5\r\n',
    );
  });
});

describe('a stream of CSV', () => {
  it('has the header once, after a byte order mark, also without any row, and goes on past pages without any', async () => {
    expect(await new Response(csvStream(['A', 'B'], pages())).bytes()).toEqual(
      new TextEncoder().encode('\uFEFFA,B\r\n'),
    );
    const text = await new Response(csvStream(['A', 'B'], pages([[1, 2]], [], [], [[3, 4]], []))).text();
    expect(text.replace('\uFEFF', '')).toBe('A,B\r\n1,2\r\n3,4\r\n');
  });

  it('reads a page only when the reader takes it, and ends the source when the reader leaves', async () => {
    let read = 0;
    let ended = false;
    async function* endless() {
      try {
        for (;;) {
          read += 1;
          yield [[read, 'x']];
        }
      } finally {
        ended = true;
      }
    }
    const reader = csvStream(['A', 'B'], endless()).getReader();
    await reader.read();
    await reader.read();
    expect(read).toBeLessThanOrEqual(3);
    await reader.cancel();
    expect(ended).toBe(true);
  });
});
