import { stringify } from 'csv-stringify/sync';

/** What a cell may hold. Amounts are decimals as text. */
export type Cell = string | number | null;

/**
 * Pages of rows as CSV (RFC 4180: comma, CRLF, quotes where needed; UTF-8 with a byte order mark for spreadsheets), under a
 * header line. What a spreadsheet would run as a formula is made text, whether it parts cells by comma, semicolon or tab; the first
 * column is for ids, days and texts, not for amounts below zero. A page is read when the reader takes it.
 */
export function csvStream(
  header: readonly string[],
  pages: AsyncGenerator<readonly (readonly Cell[])[]>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let isFirst = true;
  return new ReadableStream({
    async pull(controller) {
      // A pull that gives nothing is not repeated: pages without rows are passed over here.
      for (;;) {
        const page = await pages.next();
        const rows = page.done ? [] : page.value;
        const lines = isFirst ? [header, ...rows] : rows;
        if (lines.length > 0) controller.enqueue(encoder.encode((isFirst ? BOM : '') + csvLines(lines)));
        isFirst = false;
        if (page.done) controller.close();
        if (page.done || lines.length > 0) return;
      }
    },
    async cancel() {
      await pages.return(undefined);
    },
  });
}

const BOM = '\uFEFF';

/** Rows as lines of CSV, each ended by CRLF. Cells that another separator than the comma would part stand in quotes. */
export function csvLines(rows: readonly (readonly Cell[])[]): string {
  return stringify(
    rows.map((row) => row.map(safeCell)),
    { record_delimiter: 'windows', quoted_match: /[;\t]/ },
  );
}

/** What a spreadsheet passes over before it takes a cell for a formula: what nobody sees. */
const UNSEEN = '\\p{White_Space}\\p{Cc}\\p{Cf}\\p{Default_Ignorable_Code_Point}';
/** A spreadsheet takes a cell that begins so for a formula (OWASP "CSV Injection"), the full-width forms included. */
const SIGN = '[=+\\-@\\uFF1D\\uFF0B\\uFF0D\\uFF20]';
const FORMULA = new RegExp(`^(?:[\\t\\r\\n]|[${UNSEEN}]*${SIGN})`, 'u');
/**
 * The same after what another separator of lists would make the end of a cell. Quotes count for nothing there, as they stand
 * within a field, or are a pair that opens and closes one.
 */
const FORMULA_WITHIN = new RegExp(`(?<=[;\\t\\r\\n])(?=(?:(?![\\t\\r\\n])[${UNSEEN}"])*${SIGN})`, 'gu');
/** A negative amount is no formula, and an accountant needs it as a number. */
const NUMBER = /^-?\d+(\.\d+)?$/;

/**
 * With an apostrophe before what would run: at the beginning, and where a spreadsheet whose list separator is `;` or a tab
 * would begin another cell. Quotes do not help against those: they only count at the beginning of such a spreadsheet's field.
 */
function safeCell(cell: Cell): string {
  const text = cell === null ? '' : String(cell);
  if (NUMBER.test(text)) return text;
  const guarded = text.replace(FORMULA_WITHIN, "'");
  return FORMULA.test(text) ? `'${guarded}` : guarded;
}
