import { type BenchRun, mergeRuns, type RunFigure } from './run-file';

/** What each benchmark measures, in the order of the page. A test compares it with the names of `--only`. */
export const CHAPTERS: Record<string, string> = {
  webhook: 'Webhooks: stored, applied and answered, over HTTP with signatures',
  create: 'payments.create: what it costs beside the call to Stripe',
  replay: 'Stored events applied by the worker, as after an outage',
  live: 'Live events: from commit to browser',
  shim: 'The existing REST API beside tRPC',
  metrics: 'Figures and pages of payments on a large table',
  reconcile: 'Reconciliation of a day',
  ui: 'The admin pages in a browser',
  start: 'Start and memory of the built server',
  install: 'Installation',
  soak: 'Steady load: memory and failures',
  scale: 'Growth of the database; told in full in [scale.md](scale.md)',
};

/** docs/performance.md of these runs: partial ones add up, and the newest measurement of a figure counts. */
export function performanceText(runs: readonly BenchRun[]): string {
  const merged = mergeRuns(runs);
  if (merged.length === 0) throw new Error('the runs hold no figures');
  const missed = merged.filter(({ figure }) => !figure.ok);
  const chapters = Object.entries(CHAPTERS).flatMap(([bench, title]) => {
    const figures = merged.filter(({ figure }) => figure.bench === bench).map(({ figure }) => figure);
    return figures.length === 0 ? [] : ['', `## ${title}`, '', ...tableOf(figures)];
  });
  const unmeasured = Object.keys(CHAPTERS).filter(
    (bench) => !merged.some(({ figure }) => figure.bench === bench),
  );
  return [
    '# Performance',
    '',
    'Made by `npm run bench -- --doc FILE…` of what `npm run bench -- --json FILE` has measured; nothing here is typed by hand.',
    'A floor is what the bare statements of the same work take from one process through `pg`, prepared, with as many connections and',
    'commits that reach the disk ([decision 32](decisions.md)). A ratio is the measured value by its floor.',
    '',
    ...machinesOf(runs),
    '',
    missed.length === 0
      ? `**All ${merged.length} figures meet their targets.**`
      : `**${missed.length} of ${merged.length} figures miss their targets:** ${missed.map(({ figure }) => nameOf(figure)).join('; ')}.`,
    ...(unmeasured.length === 0
      ? []
      : ['', `Not measured in these runs: ${unmeasured.map((name) => `\`${name}\``).join(', ')}.`]),
    ...chapters,
    '',
  ].join('\n');
}

function machinesOf(runs: readonly BenchRun[]): string[] {
  return [...runs]
    .sort((a, b) => a.at.localeCompare(b.at))
    .map(({ at, machine, load, figures }) => {
      const benches = [...new Set(figures.map(({ bench }) => `\`${bench}\``))].join(', ');
      return `- ${at.slice(0, 16).replace('T', ' ')} UTC, ${benches}: ${machine.hardware}; ${machine.versions}; load ${load.join(' to ')}.${isBusy(machine.hardware, load) ? ' **Other work ran beside it: its times mean little.**' : ''}`;
    });
}

/** More was waiting for a processor, before the run or after it, than there are processors. */
function isBusy(hardware: string, load: BenchRun['load']): boolean {
  return Math.max(...load) > Number.parseInt(hardware, 10) + 1;
}

function tableOf(figures: readonly RunFigure[]): string[] {
  const hasFloor = figures.some(({ floor }) => floor !== null);
  const head = ['Figure', 'Measured', ...(hasFloor ? ['Floor', 'Ratio'] : []), 'Target', ''];
  const align = ['---', '--:', ...(hasFloor ? ['--:', '--:'] : []), '---', '---'];
  return [
    rowOf(head),
    rowOf(align),
    ...figures.map((figure) =>
      rowOf([
        nameOf(figure),
        `${figure.value} ${figure.unit}`.trim(),
        ...(hasFloor
          ? [figure.floor === null ? '' : `${figure.floor} ${figure.unit}`, figure.ratio?.toFixed(2) ?? '']
          : []),
        figure.target,
        figure.ok ? 'met' : '**missed**',
      ]),
    ),
  ];
}

function nameOf({ name, rows }: RunFigure): string {
  return rows === undefined ? name : `${name} at ${rows.toLocaleString('en-US')} payments`;
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
