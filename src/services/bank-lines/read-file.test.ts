import { describe, expect, it } from 'vitest';
import { ServiceError } from '../errors';
import { readBankFile } from './read-file';
import { bankMapping } from './schemas';

const MAPPING = {
  date: 'Date',
  dateFormat: 'YYYY-MM-DD',
  amount: { kind: 'SIGNED', column: 'Amount' },
  decimalSign: '.',
  currency: { kind: 'FIXED', currency: 'USD' },
  description: 'Text',
};
const read = (rows: string, of: object = {}, head = 'Date,Amount,Text') =>
  readBankFile(`${head}\n${rows}`, bankMapping.parse({ ...MAPPING, ...of }));
const messageOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  return null;
};

describe('quotes', () => {
  it('within a text of another line are quotes, and stop nothing', () => {
    const found = read(
      '2026-05-01,-3.00,5" PIPE\n2026-05-02,-3.00,JOE "J" DOE\n2026-05-03,5.00,"STRIPE, 1"\n',
    );
    expect(found.lines).toMatchObject([{ line: 4, description: 'STRIPE, 1', amountMinor: 500 }]);
    expect(found.problems).toEqual([]);
  });

  it('that cannot be read are told with their line', () => {
    expect(messageOf(() => read('2026-05-01,5.00,OK\n2026-05-02,5.00,"STRIPE" X\n'))).toContain('Line 3');
    expect(messageOf(() => read('2026-05-01,5.00,"STRIPE\n'))).toContain('not closed');
    expect(() => read('2026-05-01,5.00,"STRIPE\n')).toThrow(ServiceError);
  });
});

describe('columns', () => {
  it('of one name are refused when the mapping names them, and no matter otherwise', () => {
    const head = 'Date,Amount,Amount,Text,X,X';
    expect(messageOf(() => read('2026-05-01,5.00,6.00,STRIPE,,\n', {}, head))).toContain(
      '2 columns named "Amount"',
    );
    expect(read('2026-05-01,5.00,STRIPE,,\n', {}, 'Date,Amount,Text,X,X').lines).toHaveLength(1);
  });
});

describe('amounts', () => {
  it('may have the sign or the code of the currency, and of no other', () => {
    const found = read('2026-05-01,$5.00,STRIPE\n2026-05-01,-5.00 USD,STRIPE\n2026-05-01,€5.00,STRIPE\n');
    expect(found.lines.map((line) => line.amountMinor)).toEqual([500, -500]);
    expect(found.problems).toEqual([{ line: 4, problem: 'the amount is no exact number of USD' }]);
  });

  it('of zero are passed over and counted; an empty one is a problem', () => {
    const found = read('2026-05-01,0.00,STRIPE fee\n2026-05-02,5.00,STRIPE\n2026-05-09,,STRIPE\n');
    expect(found).toMatchObject({ zeroCount: 1, lines: [{ line: 3 }] });
    expect(found.problems).toEqual([{ line: 4, problem: 'the amount is empty' }]);
    const inOut = { amount: { kind: 'IN_OUT', inColumn: 'In', outColumn: 'Out' } };
    const both = read(
      '2026-05-01,0.00,0.00,STRIPE\n2026-05-01,,,STRIPE\n2026-05-01,,5.00,STRIPE\n',
      inOut,
      'Date,In,Out,Text',
    );
    expect(both).toMatchObject({ zeroCount: 1, lines: [{ amountMinor: -500 }], problems: [{ line: 3 }] });
  });
});

describe('the days of a file', () => {
  it('are those of all lines, kept or not; a sum at the end has none', () => {
    const found = read(
      '2026-05-09,1.00,RENT\n2026-05-05,5.00,STRIPE\n2026-05-01,0.00,STRIPE\nTotal,6.00,\n,6.00,\n',
    );
    expect(found).toMatchObject({
      days: { first: '2026-05-01', last: '2026-05-09' },
      skippedCount: 3,
      problems: [],
      currencies: ['USD'],
    });
    expect(read('Total,6.00,\n').days).toBeNull();
  });

  it('in another form than the mapping says are problems in every line', () => {
    expect(read('05/13/2026,1.00,RENT\n').problems).toMatchObject([{ line: 2 }]);
    expect(read('05/13/2026,1.00,STRIPE\n').problems).toMatchObject([{ line: 2 }]);
  });
});

it('the currencies are those of the lines that are kept, or of all when none is', () => {
  const column = { currency: { kind: 'COLUMN', column: 'Cur' } };
  const of = (rows: string) => read(rows, column, 'Date,Amount,Text,Cur').currencies;
  expect(of('2026-05-01,1.00,STRIPE,usd\n2026-05-01,1.00,RENT,EUR\n')).toEqual(['USD']);
  expect(of('2026-05-01,1.00,RENT,EUR\n2026-05-01,1.00,RENT,EUR\n2026-05-01,1.00,RENT,\n')).toEqual(['EUR']);
});
