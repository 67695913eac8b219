import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { promisify } from 'node:util';
import { parseOptions, positive, runCommand, UsageError } from '@/cli/command';
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

/** What `npm run bench` was asked for. */
interface Asked extends BenchOptions {
  names: readonly string[];
  json: string | undefined;
  isStrict: boolean;
}

await runCommand(async () => {
  const { values, positionals } = parseOptions(
    {
      only: { type: 'string' },
      json: { type: 'string' },
      doc: { type: 'boolean', default: false },
      profile: { type: 'string' },
      rows: { type: 'string' },
      minutes: { type: 'string' },
      strict: { type: 'boolean', default: false },
    },
    { allowPositionals: true },
  );
  const { only, rows, minutes, profile, json, strict } = values;
  if (values.doc) return writeDocuments(positionals);
  if (positionals.length > 0) throw new UsageError(`${positionals.join(' ')}: files belong to --doc.`);
  if (only !== undefined && !Object.hasOwn(BENCHES, only))
    throw new UsageError(`--only ${only}: choose one of ${Object.keys(BENCHES).join(', ')}.`);
  await measure({
    names: only === undefined ? Object.keys(BENCHES).filter((name) => !NOT_BY_DEFAULT.has(name)) : [only],
    profileDir: profile ?? null,
    rows: rows === undefined ? undefined : positive('rows', rows),
    minutes: minutes === undefined ? undefined : positive('minutes', minutes, { isWhole: false }),
    json,
    isStrict: strict,
  });
});

/** Writes the documents anew from the files of runs. */
async function writeDocuments(files: readonly string[]): Promise<void> {
  if (files.length === 0)
    throw new UsageError('--doc FILE…: name what `npm run bench -- --json FILE` has written.');
  const runs = await Promise.all(files.map(readRun));
  for (const [path, textOf] of Object.entries(DOCUMENTS)) {
    await writeFile(path, textOf(runs));
    console.log(`${path}: written from ${files.length} runs`);
  }
  const biome = 'node_modules/@biomejs/biome/bin/biome';
  await promisify(execFile)(process.execPath, [biome, 'format', '--write', ...Object.keys(DOCUMENTS)]);
}

async function measure({ names, json, isStrict, ...options }: Asked): Promise<void> {
  const figures: RunFigure[] = [];
  const [loadBefore = 0] = loadavg();
  const machine = machineHere();
  printMachine(machine);
  for (const name of names) {
    console.log(`\n${name}`);
    const found = (await BENCHES[name]?.(options)) ?? [];
    for (const figure of found) printFigure(figure);
    figures.push(...found.map((figure) => ({ ...figure, bench: name })));
  }
  printSummary(figures);
  if (json !== undefined) {
    const [loadAfter = 0] = loadavg();
    await writeRun(json, {
      at: new Date().toISOString(),
      machine,
      load: [loadBefore, loadAfter],
      figures,
    });
  }
  // Targets are judged on a quiet machine, so a miss is told, and fails only when asked to.
  if (isStrict && figures.some((figure) => !figure.ok)) process.exitCode = 1;
}
