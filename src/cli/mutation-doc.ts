// Writes the figures of the last full mutation run into docs/mutation.md: npm run mutation:doc
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { dirname } from 'node:path';
import { runCommand, UsageError } from './command';

const REPORT = '.data/mutation/report.json';
const DOC = 'docs/mutation.md';
const BETWEEN = /(?<=<!-- figures -->\n).*(?=<!-- end of figures -->)/s;

/** What is read of a report (mutation-testing-report-schema). */
interface Report {
  files: Record<string, { mutants: { status: string }[] }>;
  framework: { version?: string };
}
type Counts = { files: number; killed: number; timedOut: number; survived: number; uncovered: number };

await runCommand(async () => {
  const report = readReport();
  const folders = new Map<string, Counts>();
  const worst: { path: string; score: number }[] = [];
  for (const [path, { mutants }] of Object.entries(report.files)) {
    const counts = countsOf(mutants);
    if (mutants.length === 0) continue;
    worst.push({ path, score: scoreOf(counts) });
    const folder = dirname(path);
    folders.set(folder, plus(folders.get(folder), counts));
  }
  const all = [...folders.values()].reduce<Counts | undefined>(plus, undefined);
  if (!all) throw new UsageError(`${REPORT} holds no mutants. Run \`npm run mutation\` first.`);
  worst.sort((a, b) => a.score - b.score);

  const rows = [...folders].sort(([a], [b]) => a.localeCompare(b)).map(([name, c]) => row(`\`${name}\``, c));
  const lowest = worst.slice(0, 3).map(({ path, score }) => `\`${path}\` ${percent(score)}`);
  const text = [
    '',
    `${madeOn()}: ${versions(report)}; ${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}).`,
    '',
    '| Folder | Files | Mutants | Killed | Timed out | Survived | Not covered | Score |',
    '| --- | --: | --: | --: | --: | --: | --: | --: |',
    ...rows,
    row('**all**', all),
    '',
    `Lowest files: ${lowest.join(', ')}.`,
    '',
  ].join('\n');
  const doc = readFileSync(DOC, 'utf8');
  if (!BETWEEN.test(doc)) throw new UsageError(`${DOC} has no place for the figures.`);
  writeFileSync(
    DOC,
    doc.replace(BETWEEN, () => text),
  );
  console.log(`${DOC}: ${percent(scoreOf(all))}`);
});

function readReport(): Report {
  try {
    return JSON.parse(readFileSync(REPORT, 'utf8'));
  } catch {
    throw new UsageError(`There is no ${REPORT}. Run \`npm run mutation\` first.`);
  }
}

function countsOf(mutants: readonly { status: string }[]): Counts {
  const of = (status: string) => mutants.filter((mutant) => mutant.status === status).length;
  return {
    files: 1,
    killed: of('Killed'),
    timedOut: of('Timeout'),
    survived: of('Survived'),
    uncovered: of('NoCoverage'),
  };
}

function plus(a: Counts | undefined, b: Counts): Counts {
  if (!a) return b;
  return {
    files: a.files + b.files,
    killed: a.killed + b.killed,
    timedOut: a.timedOut + b.timedOut,
    survived: a.survived + b.survived,
    uncovered: a.uncovered + b.uncovered,
  };
}

function sizeOf(c: Counts): number {
  return c.killed + c.timedOut + c.survived + c.uncovered;
}

/** Stryker's mutation score: what a test noticed, of all mutants. */
function scoreOf(c: Counts): number {
  return (100 * (c.killed + c.timedOut)) / sizeOf(c);
}

function percent(score: number): string {
  return `${score.toFixed(1)} %`;
}

function row(name: string, c: Counts): string {
  const cells = [
    name,
    c.files,
    sizeOf(c),
    c.killed,
    c.timedOut,
    c.survived,
    c.uncovered,
    percent(scoreOf(c)),
  ];
  return `| ${cells.join(' | ')} |`;
}

function madeOn(): string {
  return statSync(REPORT).mtime.toISOString().slice(0, 10);
}

function versions({ framework }: Report): string {
  const vitest = JSON.parse(readFileSync('node_modules/vitest/package.json', 'utf8')) as { version: string };
  return `Stryker ${framework.version ?? ''}, vitest ${vitest.version}, Node.js ${process.version}`;
}
