import { inflateSync } from 'node:zlib';

/**
 * The text of a PDF as a reader would copy it: glyphs are turned back into letters by the fonts' own ToUnicode maps, so what
 * is found here was really embedded. Reads what pdfkit writes, and no more.
 */
export function pdfText(file: Uint8Array): string {
  const objects = readObjects(Buffer.from(file));
  const fonts = new Map<string, Map<number, string>>();
  for (const { dictionary } of objects.values()) {
    const resources = /\/Font <<([\s\S]*?)>>/.exec(dictionary)?.[1] ?? '';
    for (const [, name = '', id = ''] of resources.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const unicode = /\/ToUnicode (\d+) 0 R/.exec(objects.get(id)?.dictionary ?? '')?.[1];
      fonts.set(name, readMap(objects.get(unicode ?? '')?.stream ?? ''));
    }
  }
  return [...objects.values()]
    .filter(({ stream }) => /\bBT\b/.test(stream))
    .map(({ stream }) => readContent(stream, fonts))
    .join('\n');
}

function readObjects(file: Buffer): Map<string, { dictionary: string; stream: string }> {
  const text = file.toString('latin1');
  const found = [...text.matchAll(/(\d+) 0 obj\n([\s\S]*?)\nendobj/g)];
  return new Map(
    found.map(([, id = '', body = '']) => {
      const [dictionary = '', data] = body.split(/\nstream\n|stream\n/, 2);
      if (data === undefined) return [id, { dictionary, stream: '' }];
      const bytes = Buffer.from(
        body.slice(body.indexOf('stream\n') + 7, body.lastIndexOf('\nendstream')),
        'latin1',
      );
      const plain = /FlateDecode/.test(dictionary) ? inflateSync(bytes) : bytes;
      return [id, { dictionary, stream: plain.toString('latin1') }];
    }),
  );
}

/** `<0000> <00ff> [<0041> <0042 0043>]`: glyphs from the first on. */
function readMap(cmap: string): Map<number, string> {
  const map = new Map<number, string>();
  for (const [, from = '', list = ''] of cmap.matchAll(/<([0-9a-f]+)> <[0-9a-f]+> \[([^\]]*)\]/g)) {
    let glyph = Number.parseInt(from, 16);
    for (const [, hex = ''] of list.matchAll(/<([0-9a-f ]*)>/g)) {
      const units = hex
        .split(' ')
        .filter(Boolean)
        .map((unit) => Number.parseInt(unit, 16));
      map.set(glyph++, String.fromCharCode(...units));
    }
  }
  return map;
}

/** One line per piece of text that was set at a place of its own. */
function readContent(stream: string, fonts: Map<string, Map<number, string>>): string {
  let font = new Map<number, string>();
  const lines: string[] = [];
  for (const [, name, shown] of stream.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
    if (name !== undefined) font = fonts.get(name) ?? new Map();
    else {
      const hex = [...(shown ?? '').matchAll(/<([0-9a-f]*)>/g)].map(([, part = '']) => part).join('');
      lines.push(
        (hex.match(/.{4}/g) ?? []).map((glyph) => font.get(Number.parseInt(glyph, 16)) ?? '?').join(''),
      );
    }
  }
  return lines.join('\n');
}
