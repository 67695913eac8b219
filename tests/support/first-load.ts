import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

const sizes = new Map<string, number>();

/** Bytes of the scripts that a page's own HTML names, as gzip sends them: what a first visit waits for. Files of the build, not the wire. */
export async function firstLoadBytes(html: string): Promise<number> {
  const scripts = new Set(
    [...html.matchAll(/<script[^>]+src="(\/_next\/static\/[^"?]+\.js)[^>]*>/g)]
      .filter(([tag]) => !/nomodule/i.test(tag))
      .map(([, src]) => src ?? ''),
  );
  if (scripts.size === 0) throw new Error('the page loads no script');
  const bytes = await Promise.all([...scripts].map(sizeOf));
  return bytes.reduce((sum, size) => sum + size, 0);
}

async function sizeOf(path: string): Promise<number> {
  const size = sizes.get(path) ?? gzipSync(await readFile(path.replace('/_next/', '.next/'))).length;
  sizes.set(path, size);
  return size;
}
