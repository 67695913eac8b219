import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const text = readFileSync('SECURITY.md', 'utf8');
/** Rows of the tables, by the first word of their first cell: API1, V12. */
const rows = new Map(
  [...text.matchAll(/^\| ((?:API|V)\d+) .*$/gm)].map(([line, name = '']) => [name, line] as const),
);
const testsIn = (line: string) =>
  [...line.matchAll(/`((?:src|tests)\/[^`]+\.test\.tsx?)`/g)].map(([, path = '']) => path);

describe('SECURITY.md', () => {
  it('has the whole Top 10, and the chapters of ASVS that apply', () => {
    const wanted = [
      ...Array.from({ length: 10 }, (_, i) => `API${i + 1}`),
      ...Array.from({ length: 16 }, (_, i) => `V${i + 1}`),
    ];
    expect([...rows.keys()]).toEqual(wanted);
  });

  it.each([...rows])('%s names tests that are there', (_name, line) => {
    expect(testsIn(line).length).toBeGreaterThan(0);
    expect(testsIn(line).filter((path) => !existsSync(path))).toEqual([]);
  });

  it('names no file of this repository that is not there', () => {
    const named = [...text.matchAll(/`((?:src|tests)\/[\w./-]+\.ts)`/g)].map(([, path = '']) => path);
    expect(named.filter((path) => !existsSync(path))).toEqual([]);
  });
});
