import { describe, expect, it } from 'vitest';
import { pdfText } from '../../tests/support/pdf-text';
import { type PrintedDocument, pdfStream } from './pdf';

const DOCUMENT: PrintedDocument = {
  title: 'Receipt 20260314-0001',
  facts: ['Café Zürich Größe', 'Москва Пушкин', '¥1,836 and €5.00'],
  sections: [
    {
      heading: 'Amounts',
      columns: [
        { label: 'What', width: 3 },
        { label: 'Amount', width: 1, align: 'right' },
      ],
      rows: [['Суп', '¥700']],
      total: ['Total', '¥700'],
    },
  ],
  closing: 'Thank you.',
};

const bytesOf = async (document: PrintedDocument) => new Response(await pdfStream(document)).bytes();

describe('a printed document', () => {
  it('is a PDF whose umlauts, Cyrillic letters and currency signs can be read back from its own fonts', async () => {
    const file = await bytesOf(DOCUMENT);
    expect(Buffer.from(file.subarray(0, 5)).toString()).toBe('%PDF-');
    const text = pdfText(file);
    for (const part of [
      'Receipt 20260314-0001',
      'Café Zürich Größe',
      'Москва Пушкин',
      '¥1,836 and €5.00',
      'Суп',
      'Total',
      'Thank you.',
    ])
      expect(text).toContain(part);
    expect(Buffer.from(file).toString('latin1')).toMatch(/\/FontFile2 \d+ 0 R/);
  });

  it('breaks long tables over numbered pages, each with the header', async () => {
    async function* rows() {
      for (let n = 1; n <= 200; n++) yield [`Line ${n}`, String(n)];
    }
    const text = pdfText(
      await bytesOf({ ...DOCUMENT, sections: [{ ...DOCUMENT.sections[0], rows: rows() } as never] }),
    );
    expect(text.match(/^What$/gm)?.length).toBeGreaterThan(2);
    expect(text.match(/^Line \d+$/gm)).toHaveLength(200);
    expect(text).toMatch(/^2$/m);
  });

  it('says so where its font lacks letters, rather than printing boxes that look like letters', async () => {
    const text = pdfText(await bytesOf({ ...DOCUMENT, facts: ['中文餐厅 Café'], closing: 'ありがとう' }));
    expect(text).toContain('���� Café');
    expect(text.replaceAll('\n', ' ')).toContain(
      'Letters that this document’s font does not have stand as �: U+4E2D, U+6587, U+9910, U+5385, U+3042,',
    );
    const many = Array.from({ length: 40 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('');
    expect(pdfText(await bytesOf({ ...DOCUMENT, facts: [many, many] })).replaceAll('\n', ' ')).toContain(
      'U+4E0B and 28 more. The page',
    );
    expect(pdfText(await bytesOf(DOCUMENT))).not.toContain('Letters that');
  });

  it('lies on its side when it is wide', async () => {
    const sizeOf = async (document: PrintedDocument) =>
      /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/
        .exec(Buffer.from(await bytesOf(document)).toString('latin1'))
        ?.slice(1)
        .map(Number);
    const [width = 0, height = 0] = (await sizeOf({ ...DOCUMENT, isWide: true })) ?? [];
    expect(width).toBeGreaterThan(height);
    expect(await sizeOf(DOCUMENT)).toEqual([height, width]);
  });

  it('fails as a stream when its rows cannot be read', async () => {
    async function* broken() {
      yield ['a', 'b'];
      throw new Error('gone');
    }
    await expect(bytesOf({ ...DOCUMENT, sections: [{ columns: [], rows: broken() }] })).rejects.toThrow();
  });
});
