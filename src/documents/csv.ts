import { stringify } from 'csv-stringify/sync';

/** What a cell may hold. Amounts are decimals as text. */
export type Cell = string | number | null;

/**
 * Pages of rows as CSV (RFC 4180: comma, CRLF, quotes where needed; UTF-8 with a byte order mark for spreadsheets), under a
 * header line. What a spreadsheet would run as a formula is made text. A page is read when the reader takes it.
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

/** Rows as lines of CSV, each ended by CRLF. */
export function csvLines(rows: readonly (readonly Cell[])[]): string {
  return stringify(
    rows.map((row) => row.map(safeCell)),
    { record_delimiter: 'windows' },
  );
}

/** A spreadsheet takes a cell that begins so for a formula (OWASP "CSV Injection"), the full-width forms included. */
const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;
/** A negative amount is no formula, and an accountant needs it as a number. */
const NUMBER = /^-?\d+(\.\d+)?$/;

function safeCell(cell: Cell): string {
  const text = cell === null ? '' : String(cell);
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}
