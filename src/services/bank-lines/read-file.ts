import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { assertCurrency, parseMajor } from '@/domain/money';
import { ServiceError } from '../errors';
import { dayOf } from './day';
import { isExactDecimal, plainDecimal } from './decimal';
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
  skippedCount: number;
  problems: { line: number; problem: string }[];
}

/**
 * Reads a bank's file by the mapping of its columns. Amounts are exact: what has more decimals than the currency is a problem, never
 * rounded. A line that cannot be read is told with its number; the others are read all the same.
 * @throws ServiceError BANK_FILE_UNREADABLE when it is no such file, or lacks a mapped column
 */
export function readBankFile(file: string, mapping: BankMapping): ReadFile {
  const records = recordsOf(file, mapping);
  const columns = records.columns;
  for (const name of mappedColumns(mapping))
    if (!columns.includes(name))
      throw new ServiceError(
        'BANK_FILE_UNREADABLE',
        `The file has no column "${name}". It has: ${columns.join(', ')}.`,
        {
          details: { column: name },
        },
      );
  const found: ReadFile = {
    fileHash: createHash('sha256').update(file).digest('hex'),
    columns,
    lines: [],
    skippedCount: 0,
    problems: [],
  };
  const seen = new Map<string, number>();
  for (const { cells, line } of records.rows) {
    if (!isOurs(cells, mapping)) {
      found.skippedCount++;
      continue;
    }
    const read = lineOf(cells, line, mapping);
    if ('problem' in read) {
      found.problems.push({ line, problem: read.problem });
      continue;
    }
    const digest = digestOf(read);
    const occurrence = (seen.get(digest) ?? 0) + 1;
    seen.set(digest, occurrence);
    found.lines.push({ ...read, digest, occurrence });
  }
  return found;
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
    throw new ServiceError('BANK_FILE_UNREADABLE', 'The file is not CSV with this delimiter.', {
      cause: error,
    });
  }
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

function lineOf(cells: Cells, line: number, mapping: BankMapping): BankLineView | { problem: string } {
  const bookedOn = dayOf(cells[mapping.date] ?? '', mapping.dateFormat);
  if (bookedOn === null) return { problem: `"${mapping.date}" is no day of the form ${mapping.dateFormat}` };
  const currency =
    mapping.currency.kind === 'FIXED'
      ? mapping.currency.currency
      : (cells[mapping.currency.column] ?? '').toUpperCase();
  try {
    assertCurrency(currency);
  } catch {
    return { problem: `"${currency.slice(0, 10)}" is no currency that is supported` };
  }
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

/** Signed minor units, or what is wrong with it. */
function amountOf(cells: Cells, { amount, decimalSign }: BankMapping, currency: string): number | string {
  const read = (column: string): number | null => {
    const text = cells[column] ?? '';
    if (text === '') return 0;
    const decimal = plainDecimal(text, decimalSign);
    return decimal !== null && isExactDecimal(decimal, currency) ? parseMajor(decimal, currency) : null;
  };
  const columns = amount.kind === 'SIGNED' ? [amount.column] : [amount.inColumn, amount.outColumn];
  const [first = null, second = 0] = columns.map(read);
  if (first === null || second === null) return `the amount is no exact number of ${currency}`;
  // Banks write what went out with or without its sign.
  const minor = amount.kind === 'SIGNED' ? first : Math.abs(first) - Math.abs(second);
  return minor === 0 ? 'the amount is empty or zero' : minor;
}

function digestOf({ bookedOn, amountMinor, currency, description, reference }: BankLineView): string {
  return createHash('sha256')
    .update(JSON.stringify([bookedOn, amountMinor, currency, description, reference]))
    .digest('hex');
}
