import { createRequire } from 'node:module';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type PDFDocument from 'pdfkit';

export interface PrintedColumn {
  label: string;
  /** Its part of the line's width, in proportion to the others'. */
  width: number;
  align?: 'left' | 'right';
}

/** A table under a heading. Rows are read as they are printed. */
export interface PrintedSection {
  heading?: string;
  columns: readonly PrintedColumn[];
  /** False: the columns have no labels worth a line. */
  hasHeader?: boolean;
  rows: Iterable<readonly string[]> | AsyncIterable<readonly string[]>;
  /** The last line, in bold. */
  total?: readonly string[];
  /** It sums up what other sections list. */
  isSummary?: boolean;
}

export interface PrintedDocument {
  title: string;
  /** What stands under the title, a line each. */
  facts: readonly string[];
  sections: readonly PrintedSection[];
  /** Sideways, for tables of many columns. */
  isWide?: boolean;
  /** At the end. */
  closing?: string;
}

type Pdf = InstanceType<typeof PDFDocument>;
const MARGIN = 48;
const ROWS_A_TURN = 20;
const GAP = 8;

/** Latin, Greek, Cyrillic and currency signs in one font that travels inside the file. */
const fonts = createRequire(path.join(process.cwd(), 'package.json'));
const REGULAR = 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf';
const BOLD = 'dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf';

/** The document on A4 pages, with its tables' headers repeated and the pages numbered. */
export async function pdfStream(document: PrintedDocument): Promise<ReadableStream<Uint8Array>> {
  // Loaded by the first document, not by the start of every node.
  const { default: Document } = await import('pdfkit');
  const pdf = new Document({
    size: 'A4',
    layout: document.isWide ? 'landscape' : 'portrait',
    margin: MARGIN,
    info: { Title: document.title, Producer: 'Tabsy' },
  });
  pdf.registerFont('regular', fonts.resolve(REGULAR));
  pdf.registerFont('bold', fonts.resolve(BOLD));
  numberPages(pdf);
  print(pdf, document).then(
    () => pdf.end(),
    (error: unknown) => pdf.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return Readable.toWeb(pdf as unknown as Readable) as ReadableStream<Uint8Array>;
}

async function print(pdf: Pdf, document: PrintedDocument): Promise<void> {
  pdf.font('bold').fontSize(16);
  pdf.text(readable(pdf, document.title));
  pdf.moveDown(0.3).font('regular').fontSize(9);
  for (const fact of document.facts) pdf.text(readable(pdf, fact));
  for (const section of document.sections) await printSection(pdf, section);
  pdf.font('regular').fontSize(9);
  if (document.closing) pdf.moveDown(1.5).text(readable(pdf, document.closing), MARGIN);
  const missing = missingLetters.get(pdf);
  if (missing) pdf.moveDown(1.5).text(gapNote([...missing]), MARGIN);
}

/** What was left out of a document: it says so at the end, and only then. */
const missingLetters = new WeakMap<Pdf, Set<string>>();
const MOST_NAMED = 12;

/** By their numbers in Unicode, as they cannot be printed. */
function gapNote(letters: readonly string[]): string {
  const numberOf = (letter: string) =>
    `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  const named = letters.slice(0, MOST_NAMED).map(numberOf).join(', ');
  const more = letters.length > MOST_NAMED ? ` and ${letters.length - MOST_NAMED} more` : '';
  return `Letters that this document’s font does not have stand as \uFFFD: ${named}${more}. The page and the CSV file show them.`;
}

/** The text, with letters that the font lacks as a sign that says so: their own boxes would look like any other. */
function readable(pdf: Pdf, text: string): string {
  // Which letters a font has is known to the one in use alone, which the types of pdfkit leave out.
  const { font } = (pdf as unknown as { _font: { font: { hasGlyphForCodePoint(code: number): boolean } } })
    ._font;
  return text.replace(/[^\s]/gu, (letter) => {
    if (font.hasGlyphForCodePoint(letter.codePointAt(0) ?? 0)) return letter;
    missingLetters.set(pdf, (missingLetters.get(pdf) ?? new Set()).add(letter));
    return '\uFFFD';
  });
}

async function printSection(pdf: Pdf, section: PrintedSection): Promise<void> {
  pdf.moveDown(1);
  if (section.heading) {
    keepTogether(pdf, 60);
    pdf.font('bold').fontSize(11);
    pdf.text(readable(pdf, section.heading), MARGIN).moveDown(0.3);
  }
  const header = section.hasHeader === false ? null : section.columns.map((column) => column.label);
  if (header) printRow(pdf, section.columns, header, 'bold', null);
  let count = 0;
  for await (const row of section.rows) {
    printRow(pdf, section.columns, row, 'regular', header);
    // Laying out text takes long: whoever else waits for this process has a turn between.
    if (++count % ROWS_A_TURN === 0) await nextTurn();
  }
  if (section.total) printRow(pdf, section.columns, section.total, 'bold', header);
}

/** One line of a table: cells wrap within their column, and a new page begins with the header again. */
function printRow(
  pdf: Pdf,
  columns: readonly PrintedColumn[],
  texts: readonly string[],
  font: 'regular' | 'bold',
  header: readonly string[] | null,
): void {
  const boxes = layOut(pdf, columns);
  pdf.font(font).fontSize(columns.length > 6 ? 7 : 9);
  const cells = texts.map((text) => readable(pdf, text));
  const height = Math.max(...boxes.map((box, i) => pdf.heightOfString(cells[i] ?? '', { width: box.width })));
  if (keepTogether(pdf, height) && header) printRow(pdf, columns, header, 'bold', null);
  pdf.font(font).fontSize(columns.length > 6 ? 7 : 9);
  const top = pdf.y;
  for (const [i, box] of boxes.entries())
    pdf.text(cells[i] ?? '', box.left, top, { width: box.width, align: columns[i]?.align ?? 'left' });
  pdf.y = top + height + 2;
  if (font === 'bold') {
    const right = pdf.page.width - MARGIN;
    pdf.lineWidth(0.5).moveTo(MARGIN, pdf.y).lineTo(right, pdf.y).strokeColor('#999999').stroke();
    pdf.y += 3;
  }
}

/** @returns whether a new page was begun, as so much room was not left */
function keepTogether(pdf: Pdf, height: number): boolean {
  if (pdf.y + height <= pdf.page.height - MARGIN) return false;
  pdf.addPage();
  return true;
}

function layOut(pdf: Pdf, columns: readonly PrintedColumn[]): { left: number; width: number }[] {
  const room = pdf.page.width - 2 * MARGIN - GAP * (columns.length - 1);
  const whole = columns.reduce((sum, column) => sum + column.width, 0);
  let left = MARGIN;
  return columns.map((column) => {
    const box = { left, width: (room * column.width) / whole };
    left += box.width + GAP;
    return box;
  });
}

/** From the second page on. Written below the margin, which would otherwise begin one more page. */
function numberPages(pdf: Pdf): void {
  let page = 1;
  pdf.on('pageAdded', () => {
    page += 1;
    const { bottom } = pdf.page.margins;
    pdf.page.margins.bottom = 0;
    pdf.font('regular').fontSize(7);
    pdf.text(String(page), MARGIN, pdf.page.height - MARGIN / 2 - 4, {
      width: pdf.page.width - 2 * MARGIN,
      align: 'center',
      lineBreak: false,
    });
    pdf.page.margins.bottom = bottom;
    pdf.x = MARGIN;
    pdf.y = MARGIN;
  });
}
