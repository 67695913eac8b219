import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHAPTERS, performanceText } from './performance-doc';
import { type BenchRun, mergeRuns, type RunFigure, readRun, writeRun } from './run-file';

const figure = (more: Partial<RunFigure> = {}): RunFigure => ({
  bench: 'webhook',
  name: 'webhook',
  value: 800,
  unit: 'events/s',
  floor: 1600,
  ratio: 0.5,
  target: 'ratio >= 0.4',
  ok: true,
  ...more,
});
const run = (at: string, figures: RunFigure[]): BenchRun => ({
  at,
  machine: { hardware: '2 x EPYC, 16 GiB, linux x64', versions: 'Node.js v20.20.2, pg 8.23.1' },
  load: [0.1, 1.5],
  figures,
});
const first = run('2026-11-23T10:00:00.000Z', [figure(), figure({ bench: 'start', name: 'idle-memory' })]);

describe('merging runs', () => {
  it('takes each figure as it was measured last, whatever the order of the files', () => {
    const second = run('2026-11-23T11:00:00.000Z', [figure({ value: 900 })]);
    for (const runs of [
      [first, second],
      [second, first],
    ]) {
      const merged = mergeRuns(runs);
      expect(merged.map(({ figure: { name, value } }) => [name, value])).toEqual([
        ['webhook', 900],
        ['idle-memory', 800],
      ]);
    }
  });

  it('keeps the same figure of databases of different sizes apart', () => {
    const sizes = [100_000, 300_000].map((rows) => figure({ bench: 'scale', name: 'page', rows }));
    expect(mergeRuns([run('2026-11-23T10:00:00.000Z', sizes)])).toHaveLength(2);
  });
});

describe('docs/performance.md', () => {
  it('names machine, versions and load of each run, floors and ratios, and what was not measured', () => {
    const text = performanceText([first]);
    expect(text).toContain(
      '- 2026-11-23 10:00 UTC, `webhook`, `start`: 2 x EPYC, 16 GiB, linux x64; Node.js v20.20.2, pg 8.23.1; load 0.1 to 1.5.',
    );
    expect(text).toContain('| webhook | 800 events/s | 1600 events/s | 0.50 | ratio >= 0.4 | met |');
    expect(text).toContain('**All 2 figures meet their targets.**');
    expect(text).toMatch(/Not measured in these runs: .*`reconcile`/);
  });

  it('says so when more ran on the machine than it has cores', () => {
    const busy = { ...first, load: [9, 2] as [number, number] };
    expect(performanceText([busy])).toContain('**Other work ran beside it: its times mean little.**');
    expect(performanceText([first])).not.toContain('Other work');
  });

  it('says which targets were missed, above and beside the figure', () => {
    const miss = figure({
      bench: 'scale',
      name: 'page',
      rows: 1_000_000,
      floor: null,
      ratio: null,
      ok: false,
    });
    const text = performanceText([first, run('2026-11-23T12:00:00.000Z', [miss])]);
    expect(text).toContain('**1 of 3 figures miss their targets:** page at 1,000,000 payments.');
    expect(text).toContain('| page at 1,000,000 payments | 800 events/s | ratio >= 0.4 | **missed** |');
  });

  it('has a chapter for every benchmark', async () => {
    // Read, not imported: the program would run.
    const program = await readFile('tests/load/bench.ts', 'utf8');
    const names = [...program.matchAll(/^ {2}(\w+): bench[A-Z]\w+,$/gm)].map(([, name]) => name);
    expect(Object.keys(CHAPTERS).sort()).toEqual(names.sort());
  });

  it('is refused without any run', () => {
    expect(() => performanceText([])).toThrow('no figures');
  });
});

describe('files of runs', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tabsy-runs-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('are read as they were written', async () => {
    await writeRun(join(folder, 'run.json'), first);
    expect(await readRun(join(folder, 'run.json'))).toEqual(first);
  });

  it('of another kind are refused by name', async () => {
    await writeFile(join(folder, 'other.json'), '[]');
    await expect(readRun(join(folder, 'other.json'))).rejects.toThrow('other.json is no file of npm run');
  });
});
