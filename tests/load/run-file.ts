import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';

const figure = z.object({
  name: z.string(),
  value: z.number(),
  unit: z.string(),
  floor: z.number().nullable(),
  ratio: z.number().nullable(),
  rows: z.number().optional(),
  target: z.string(),
  ok: z.boolean(),
});

const run = z.object({
  at: z.string(),
  machine: z.object({ hardware: z.string(), versions: z.string() }),
  /** Of the machine's last minute, as the run began and ended. */
  load: z.tuple([z.number(), z.number()]),
  figures: z.array(figure.extend({ bench: z.string() })),
});

/** What one `npm run bench -- --json FILE` has measured. */
export type BenchRun = z.infer<typeof run>;
export type RunFigure = BenchRun['figures'][number];

export async function writeRun(path: string, measured: BenchRun): Promise<void> {
  await writeFile(path, `${JSON.stringify(measured, null, 2)}\n`);
}

/** @throws with the file's name when it is none of a run */
export async function readRun(path: string): Promise<BenchRun> {
  const parsed = run.safeParse(JSON.parse(await readFile(path, 'utf8')));
  if (!parsed.success)
    throw new Error(`${path} is no file of npm run bench -- --json: ${parsed.error.message}`);
  return parsed.data;
}

/** Each figure once, as it was measured last: partial runs and repeats add up to one. Oldest run first. */
export function mergeRuns(runs: readonly BenchRun[]): { figure: RunFigure; run: BenchRun }[] {
  const byName = new Map<string, { figure: RunFigure; run: BenchRun }>();
  for (const run of [...runs].sort((a, b) => a.at.localeCompare(b.at)))
    for (const figure of run.figures)
      byName.set(`${figure.bench} ${figure.name} ${figure.rows ?? ''}`, { figure, run });
  return [...byName.values()];
}
