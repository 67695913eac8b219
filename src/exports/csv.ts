import { stringify } from 'csv-stringify/sync';

/**
 * Pages of rows as CSV (RFC 4180: comma, CRLF, quotes where needed; UTF-8 with a byte order mark for spreadsheets), with a
 * header line of the columns' names. What a spreadsheet would run as a formula is made text. A page is read when the client takes it.
 */
export function csvStream<Row extends object>(
  columns: Readonly<Record<keyof Row & string, string>>,
  pages: AsyncGenerator<readonly Row[]>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const options = { columns: { ...columns }, record_delimiter: 'windows', escape_formulas: true } as const;
  let isFirst = true;
  return new ReadableStream({
    async pull(controller) {
      const page = await pages.next();
      const rows = page.done ? [] : [...page.value];
      if (isFirst || rows.length > 0)
        controller.enqueue(encoder.encode(stringify(rows, { ...options, header: isFirst, bom: isFirst })));
      isFirst = false;
      if (page.done) controller.close();
    },
    async cancel() {
      await pages.return(undefined);
    },
  });
}
