import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { parseArgs, promisify } from 'node:util';
import { benchCreate } from './create';
import { benchInstall } from './install';
import { benchLive } from './live';
import { benchMetrics } from './metrics';
import { performanceText } from './performance-doc';
import { benchReconcile } from './reconcile';
import { benchReplay } from './replay';
import { type Figure, machineHere, printFigure, printMachine, printSummary } from './report';
import { type RunFigure, readRun, writeRun } from './run-file';
import { benchScale } from './scale';
import { scaleText } from './scale-doc';
import { benchShim } from './shim';
import { benchSoak } from './soak';
import { benchStart } from './start';
import { benchUi } from './ui';
import { benchWebhook } from './webhook';

/** By the names of `--only`. Each prints its figures when it has them. */
const BENCHES: Record<string, (options: BenchOptions) => Promise<Figure[]>> = {
  webhook: benchWebhook,
  create: benchCreate,
  replay: benchReplay,
  live: benchLive,
  shim: benchShim,
  metrics: benchMetrics,
  reconcile: benchReconcile,
  ui: benchUi,
  start: benchStart,
  install: benchInstall,
  soak: benchSoak,
  scale: benchScale,
};
/** Take their time, so only when asked for. */
const NOT_BY_DEFAULT = new Set(['soak', 'scale']);
const DOCUMENTS = { 'docs/performance.md': performanceText, 'docs/scale.md': scaleText };

export interface BenchOptions {
  /** Folder for CPU profiles of the server, one a process; null: none. */
  profileDir: string | null;
  /** Rows to seed instead of the benchmark's own number. Targets are meant for that one. */
  rows?: number | undefined;
  /** How long the soak lasts. */
  minutes?: number | undefined;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    json: { type: 'string' },
    doc: { type: 'boolean', default: false },
    profile: { type: 'string' },
    rows: { type: 'string' },
    minutes: { type: 'string' },
    strict: { type: 'boolean', default: false },
  },
});

if (values.doc) await writeDocuments(positionals);
else await measure();

/** Writes the documents anew from the files of runs. */
async function writeDocuments(files: readonly string[]): Promise<void> {
  if (files.length === 0)
    throw new Error('--doc FILE…: name what `npm run bench -- --json FILE` has written');
  const runs = await Promise.all(files.map(readRun));
  for (const [path, textOf] of Object.entries(DOCUMENTS)) {
    await writeFile(path, textOf(runs));
    console.log(`${path}: written from ${files.length} runs`);
  }
  const biome = 'node_modules/@biomejs/biome/bin/biome';
  await promisify(execFile)(process.execPath, [biome, 'format', '--write', ...Object.keys(DOCUMENTS)]);
}

async function measure(): Promise<never> {
  const names =
    values.only === undefined
      ? Object.keys(BENCHES).filter((name) => !NOT_BY_DEFAULT.has(name))
      : [values.only];
  const figures: RunFigure[] = [];
  const [loadBefore = 0] = loadavg();
  const machine = machineHere();
  printMachine(machine);
  for (const name of names) {
    const bench = BENCHES[name];
    if (!bench) throw new Error(`--only ${name}: choose one of ${Object.keys(BENCHES).join(', ')}`);
    console.log(`\n${name}`);
    const found = await bench({
      profileDir: values.profile ?? null,
      rows: numberOf(values.rows),
      minutes: numberOf(values.minutes),
    });
    for (const figure of found) printFigure(figure);
    figures.push(...found.map((figure) => ({ ...figure, bench: name })));
  }
  printSummary(figures);
  if (values.json !== undefined) {
    const [loadAfter = 0] = loadavg();
    await writeRun(values.json, {
      at: new Date().toISOString(),
      machine,
      load: [loadBefore, loadAfter],
      figures,
    });
  }
  // Targets are judged on a quiet machine, so a miss is told, and fails only when asked to.
  const isMissed = values.strict && figures.some((figure) => !figure.ok);
  // Whoever reads our output through a pipe waits for our end: nothing that a library left running may put it off.
  process.exit(isMissed ? 1 : 0);
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
