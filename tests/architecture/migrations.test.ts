import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/**
 * A migration runs while nodes of the release before it work, and stays when that release is started again
 * (docs/operations.md, "A new release"). So it only adds, or says in a line of its own what it does to that release:
 * `-- not additive: no release has read this column since 0025`.
 */
const LAST_UNCHECKED = '0024';
const MARKER = /^-- not additive: \S.{9,}$/m;

/** What the release before would miss, or would be refused for. */
const BREAKS: readonly RegExp[] = [
  // The word COLUMN may be left out.
  /\bDROP\s+(?!INDEX\b|CONSTRAINT\b|NOT\b|DEFAULT\b|EXPRESSION\b|IDENTITY\b|TRIGGER\b|FUNCTION\b)\w+[^,;]*/gi,
  /\bADD\s+COLUMN\b(?![^,;]*\b(?:DEFAULT|GENERATED)\b)[^,;]*\bNOT\s+NULL\b/gi,
  /\bRENAME\b[^,;]*/gi,
  /\bSET\s+NOT\s+NULL\b/gi,
];

function breaksOf(sql: string): string[] {
  if (MARKER.test(sql)) return [];
  const code = sql.replace(/--.*$/gm, '');
  return BREAKS.flatMap((kind) => code.match(kind) ?? []);
}

describe('a migration', () => {
  it('after 0024 only adds, or says why it does not', () => {
    const names = readdirSync('prisma/migrations').filter((name) => /^\d{4}_/.test(name));
    expect(names.length).toBeGreaterThan(20);
    const problems = names
      .filter((name) => name.slice(0, 4) > LAST_UNCHECKED)
      .flatMap((name) =>
        breaksOf(readFileSync(`prisma/migrations/${name}/migration.sql`, 'utf8')).map(
          (found) => `${name}: ${found}`,
        ),
      );
    expect(problems).toEqual([]);
  });
});

describe('a planted break is found', () => {
  it.each([
    ['a column goes', 'ALTER TABLE payments DROP COLUMN retried_fact_at;'],
    [
      'a column goes, over two lines',
      'ALTER TABLE payments\n  ADD COLUMN a INT,\n  drop\n  column if exists b;',
    ],
    ['a column goes, in the short form', 'ALTER TABLE payments DROP retried_fact_at;'],
    ['a column must be filled from the start', 'ALTER TABLE payments ADD COLUMN a INT NOT NULL;'],
    ['a table goes', 'DROP TABLE IF EXISTS payments;'],
    ['a column has another name', 'ALTER TABLE payments RENAME COLUMN a TO b;'],
    ['a table has another name', 'ALTER TABLE payments RENAME TO paid;'],
    ['a column must be filled', 'ALTER TABLE payments ALTER COLUMN a SET NOT NULL;'],
    ['a marker gives no reason', '-- not additive:\nDROP TABLE a;'],
  ])('%s', (_what, sql) => {
    expect(breaksOf(sql)).toHaveLength(1);
  });

  it('but not with a reason, in a comment, or where something is only added', () => {
    expect(breaksOf('-- not additive: no release has read it since 0025\nDROP TABLE a;')).toEqual([]);
    expect(breaksOf('-- DROP TABLE a\nALTER TABLE a ADD COLUMN b INT NOT NULL DEFAULT 0;')).toEqual([]);
    expect(breaksOf('DROP INDEX a_idx; ALTER TABLE a ALTER COLUMN b DROP NOT NULL;')).toEqual([]);
  });
});
