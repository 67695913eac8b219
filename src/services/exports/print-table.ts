import { readLetterhead } from '@/db/sql/exports';
import type { Cell } from '@/documents/csv';
import type { PrintedDocument, PrintedSection } from '@/documents/pdf';
import { sumMinor } from '@/domain/money';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { decimal } from './amounts';

/** How a table for spreadsheets looks on paper: its few columns that people read. */
export interface Paper<Field extends string, Filters = object> {
  title: string;
  /** Field -> its part of the line's width, in order. */
  columns: Partial<Record<Field, number>>;
  /** Amounts, which stand at the right; all but `unsummed` are summed by currency at the end. */
  amounts: readonly Field[];
  unsummed?: readonly Field[];
  /** What stands before the table: lines under the title, and tables of their own. */
  head?(
    ctx: ServiceContext,
    filters: Filters,
  ): Promise<{ facts: readonly string[]; sections: readonly PrintedSection[] }>;
}

interface Table<Filters extends object> {
  paper: Paper<string, Filters>;
  columns: Readonly<Record<string, string>>;
  filters: Filters;
  pages: AsyncIterable<readonly Row[]>;
}

type Row = Readonly<Record<string, Cell>>;

/** Some hundred pages. Nobody reads more on paper, and laying it out would take the process from others. */
const MAX_PRINTED_ROWS = 5_000;

/**
 * A table as a document: what it was narrowed by, its lines, their sums by currency.
 * @throws ServiceError INVALID_INPUT (more lines than are printed: never a part without saying so)
 */
export async function printTable<Filters extends object>(
  ctx: ServiceContext,
  { paper, columns, filters, pages }: Table<Filters>,
): Promise<PrintedDocument> {
  const rows = await rowsToPrint(pages);
  const head = await paper.head?.(ctx, filters);
  const fields = Object.keys(paper.columns);
  return {
    title: paper.title,
    isWide: true,
    facts: [
      ...(await letterhead(ctx, filters)),
      ...Object.entries(filters).flatMap(([name, value]) =>
        value === undefined || name === 'restaurantId' ? [] : [`${inWords(name)}: ${shown(value)}`],
      ),
      ...(head?.facts ?? []),
      `Printed ${shown(ctx.clock.now().toISOString())} (UTC), ${rows.length} lines`,
    ],
    sections: [
      ...(head?.sections.map((section) => ({ ...section, isSummary: true })) ?? []),
      {
        columns: fields.map((field) => ({
          label: columns[field] ?? field,
          width: paper.columns[field] ?? 1,
          align: paper.amounts.includes(field) ? 'right' : 'left',
        })),
        rows: rows.map((row) => fields.map((field) => shown(row[field]))),
      },
      ...sums(paper, columns, rows),
    ],
  };
}

async function rowsToPrint(pages: AsyncIterable<readonly Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const page of pages) {
    rows.push(...page);
    if (rows.length > MAX_PRINTED_ROWS)
      throw new ServiceError(
        'INVALID_INPUT',
        `More than ${MAX_PRINTED_ROWS} lines are not printed: narrow it down, or ask for csv.`,
      );
  }
  return rows;
}

async function letterhead(ctx: ServiceContext, filters: object): Promise<string[]> {
  const restaurantId = 'restaurantId' in filters ? filters.restaurantId : undefined;
  if (typeof restaurantId !== 'string') return ['All restaurants'];
  const found = await ctx.db.maybeOne<{ name: string; address: string | null }>(readLetterhead, [
    restaurantId,
  ]);
  return found === null ? [] : [found.name, ...(found.address === null ? [] : [found.address])];
}

/** By currency; none where nothing is summed. */
function sums(
  paper: Pick<Paper<string>, 'amounts' | 'unsummed'>,
  columns: Readonly<Record<string, string>>,
  rows: readonly Row[],
): PrintedSection[] {
  const fields = paper.amounts.filter((field) => !paper.unsummed?.includes(field));
  const currencies = [...new Set(rows.map((row) => row.currency))]
    .filter((one) => typeof one === 'string')
    .sort();
  if (fields.length === 0 || currencies.length === 0) return [];
  const amount = (currency: string, field: string) =>
    decimal(
      sumMinor(rows.filter((row) => row.currency === currency).map((row) => minorOf(row[field]))),
      currency,
    );
  return [
    {
      heading: 'Sums',
      isSummary: true,
      columns: [
        { label: 'Currency', width: 2 },
        { label: 'Lines', width: 2, align: 'right' },
        ...fields.map((field) => ({ label: columns[field] ?? field, width: 3, align: 'right' as const })),
      ],
      rows: currencies.map((currency) => [
        currency,
        String(rows.filter((row) => row.currency === currency).length),
        ...fields.map((field) => amount(currency, field)),
      ]),
    },
  ];
}

/** Of a decimal as decimal() writes it: all of one currency have the same number of places. */
function minorOf(cell: Cell | undefined): number {
  return typeof cell === 'string' ? Number(cell.replace('.', '')) : 0;
}

/** Times to the minute, lists with commas. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return shown(value.toISOString());
  if (Array.isArray(value)) return value.map(shown).join(', ');
  return String(value).replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d(\.\d+)?Z$/, '$1 $2');
}

/** `createdFrom` -> `Created from`. */
function inWords(name: string): string {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
