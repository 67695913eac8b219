import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { benchCreate } from './create';
import { benchInstall } from './install';
import { benchLive } from './live';
import { benchMetrics } from './metrics';
import { benchReconcile } from './reconcile';
import { benchReplay } from './replay';
import { type Figure, printFigure, printMachine, printSummary } from './report';
import { benchShim } from './shim';
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
};

export interface BenchOptions {
  /** Folder for CPU profiles of the server, one a process; null: none. */
  profileDir: string | null;
  /** Rows to seed instead of the benchmark's own number. Targets are meant for that one. */
  rows?: number | undefined;
}

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    json: { type: 'string' },
    profile: { type: 'string' },
    rows: { type: 'string' },
    strict: { type: 'boolean', default: false },
  },
});
const names = values.only === undefined ? Object.keys(BENCHES) : [values.only];
const figures: Figure[] = [];

printMachine();
for (const name of names) {
  const bench = BENCHES[name];
  if (!bench) throw new Error(`--only ${name}: choose one of ${Object.keys(BENCHES).join(', ')}`);
  console.log(`\n${name}`);
  const found = await bench({
    profileDir: values.profile ?? null,
    rows: values.rows === undefined ? undefined : Number(values.rows),
  });
  for (const figure of found) printFigure(figure);
  figures.push(...found);
}
printSummary(figures);
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(figures, null, 2)}\n`);
// Targets are judged on a quiet machine, so a miss is told, and fails only when asked to.
const isMissed = values.strict && figures.some((figure) => !figure.ok);
// Whoever reads our output through a pipe waits for our end: nothing that a library left running may put it off.
process.exit(isMissed ? 1 : 0);
