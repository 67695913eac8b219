import { createHash } from 'node:crypto';
import { CsvError, parse } from 'csv-parse/sync';
import { assertCurrency, parseMajor } from '@/domain/money';
import { ServiceError } from '../errors';
import { dayOf, looksLikeDay } from './day';
import { isExactDecimal, plainDecimal, withoutCurrency } from './decimal';
import type { BankLineView, BankMapping } from './schemas';

/** A line that is kept: `digest` is of its content, `occurrence` tells equal lines of one file apart. */
export interface ReadLine extends BankLineView {
  digest: string;
  occurrence: number;
}

export interface ReadFile {
  fileHash: string;
  columns: string[];
  lines: ReadLine[];
  /** Lines that are about something else. */
  skippedCount: number;
  /** Lines about payouts that move nothing. */
  zeroCount: number;
  /** Of all lines that have a day, whatever they are about: null when none has. */
  days: { first: string; last: string } | null;
  /** Of the lines that are kept; where none is, of all. */
  currencies: string[];
  problems: { line: number; problem: string }[];
}

/**
 * Reads a bank's file by the mapping of its columns. Amounts are exact: what has more decimals than the currency is a problem, never
 * rounded. A line that cannot be read is told with its number; the others are read all the same. Of lines about something else the
 * day alone is read, as it says what the file covers: one that has no day at all (a sum at the end) is passed over.
 * @throws ServiceError BANK_FILE_UNREADABLE when it is no such file, or has not every mapped column once
 */
export function readBankFile(file: string, mapping: BankMapping): ReadFile {
  const { columns, rows } = recordsOf(file, mapping);
  assertColumns(columns, mapping);
  const found: Pick<ReadFile, 'lines' | 'skippedCount' | 'zeroCount' | 'problems'> = {
    lines: [],
    skippedCount: 0,
    zeroCount: 0,
    problems: [],
  };
  const days: string[] = [];
  const seen = new Map<string, number>();
  for (const { cells, line } of rows) {
    const bookedOn = dayOf(cells[mapping.date] ?? '', mapping.dateFormat);
    if (bookedOn !== null) days.push(bookedOn);
    const isKept = isOurs(cells, mapping);
    if (!isKept) found.skippedCount++;
    if (bookedOn === null) {
      if (isKept || looksLikeDay(cells[mapping.date] ?? ''))
        found.problems.push({
          line,
          problem: `"${mapping.date}" is no day of the form ${mapping.dateFormat}`,
        });
      continue;
    }
    if (!isKept) continue;
    const read = lineOf(cells, { line, bookedOn }, mapping);
    if ('problem' in read) {
      found.problems.push({ line, problem: read.problem });
    } else if (read.amountMinor === 0) {
      found.zeroCount++;
    } else {
      const digest = digestOf(read);
      const occurrence = (seen.get(digest) ?? 0) + 1;
      seen.set(digest, occurrence);
      found.lines.push({ ...read, digest, occurrence });
    }
  }
  const [first, last] = [days.sort()[0], days.at(-1)];
  return {
    ...found,
    fileHash: createHash('sha256').update(file).digest('hex'),
    columns,
    days: first === undefined || last === undefined ? null : { first, last },
    currencies: currenciesOf(found.lines, rows, mapping),
  };
}

function assertColumns(columns: readonly string[], mapping: BankMapping): void {
  for (const name of mappedColumns(mapping)) {
    const count = columns.filter((column) => column === name).length;
    if (count === 1) continue;
    throw new ServiceError(
      'BANK_FILE_UNREADABLE',
      count === 0
        ? `The file has no column "${name}". It has: ${columns.join(', ')}.`
        : `The file has ${count} columns named "${name}": rename the others in its header line.`,
      { details: { column: name } },
    );
  }
}

function currenciesOf(
  lines: readonly ReadLine[],
  rows: readonly { cells: Cells }[],
  { currency }: BankMapping,
): string[] {
  if (currency.kind === 'FIXED') return [currency.currency].filter(isCurrency);
  const all =
    lines.length > 0
      ? lines.map((line) => line.currency)
      : rows.map(({ cells }) => (cells[currency.column] ?? '').toUpperCase()).filter(isCurrency);
  return [...new Set(all)];
}

type Cells = Readonly<Record<string, string>>;

function recordsOf(
  file: string,
  mapping: BankMapping,
): { columns: string[]; rows: { cells: Cells; line: number }[] } {
  try {
    const table = parse(file, {
      bom: true,
      delimiter: mapping.delimiter,
      from_line: mapping.skipLines + 1,
      info: true,
      relax_column_count: true,
      // A quote within a text is a quote: `5" pipe`.
      relax_quotes: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    const [header, ...rows] = table;
    const columns = header?.record ?? [];
    return {
      columns,
      rows: rows.map(({ record, info }) => ({
        cells: Object.fromEntries(columns.map((name, i) => [name, record[i] ?? ''])),
        line: info.lines,
      })),
    };
  } catch (error) {
    throw new ServiceError('BANK_FILE_UNREADABLE', csvProblem(error), { cause: error });
  }
}

function csvProblem(error: unknown): string {
  if (!(error instanceof CsvError)) return 'The file is not CSV with this delimiter.';
  const line = Number(error.lines);
  return error.code === 'CSV_QUOTE_NOT_CLOSED'
    ? `A quote opens a field and is not closed by the file's end, line ${line}.`
    : `Line ${line}: the quotes of a field do not match. Write a quote within quotes twice.`;
}

function mappedColumns({ date, amount, currency, description, reference }: BankMapping): string[] {
  return [
    date,
    ...(amount.kind === 'SIGNED' ? [amount.column] : [amount.inColumn, amount.outColumn]),
    ...(currency.kind === 'COLUMN' ? [currency.column] : []),
    description,
    ...(reference === undefined ? [] : [reference]),
  ];
}

function isOurs(cells: Cells, { only, description, reference }: BankMapping): boolean {
  if (only.length === 0) return true;
  const text =
    `${cells[description] ?? ''} ${reference === undefined ? '' : (cells[reference] ?? '')}`.toLowerCase();
  return only.some((part) => text.includes(part.toLowerCase()));
}

function isCurrency(text: string): boolean {
  try {
    assertCurrency(text);
    return true;
  } catch {
    return false;
  }
}

function lineOf(
  cells: Cells,
  { line, bookedOn }: { line: number; bookedOn: string },
  mapping: BankMapping,
): BankLineView | { problem: string } {
  const currency =
    mapping.currency.kind === 'FIXED'
      ? mapping.currency.currency
      : (cells[mapping.currency.column] ?? '').toUpperCase();
  if (!isCurrency(currency))
    return { problem: `"${currency.slice(0, 10)}" is no currency that is supported` };
  const amountMinor = amountOf(cells, mapping, currency);
  if (typeof amountMinor === 'string') return { problem: amountMinor };
  const reference = mapping.reference === undefined ? '' : (cells[mapping.reference] ?? '');
  return {
    line,
    bookedOn,
    amountMinor,
    currency,
    description: (cells[mapping.description] ?? '').replaceAll('\0', '').slice(0, 1000),
    reference: reference === '' ? null : reference.replaceAll('\0', '').slice(0, 255),
  };
}

/** Signed minor units, zero included, or what is wrong with it. */
function amountOf(cells: Cells, { amount, decimalSign }: BankMapping, currency: string): number | string {
  const columns = amount.kind === 'SIGNED' ? [amount.column] : [amount.inColumn, amount.outColumn];
  if (columns.every((column) => (cells[column] ?? '') === '')) return 'the amount is empty';
  const read = (column: string): number | null => {
    const text = cells[column] ?? '';
    if (text === '') return 0;
    const decimal =
      plainDecimal(text, decimalSign) ?? plainDecimal(withoutCurrency(text, currency), decimalSign);
    return decimal !== null && isExactDecimal(decimal, currency) ? parseMajor(decimal, currency) : null;
  };
  const [first = null, second = 0] = columns.map(read);
  if (first === null || second === null) return `the amount is no exact number of ${currency}`;
  // Banks write what went out with or without its sign.
  return amount.kind === 'SIGNED' ? first : Math.abs(first) - Math.abs(second);
}

function digestOf({ bookedOn, amountMinor, currency, description, reference }: BankLineView): string {
  return createHash('sha256')
    .update(JSON.stringify([bookedOn, amountMinor, currency, description, reference]))
    .digest('hex');
}
