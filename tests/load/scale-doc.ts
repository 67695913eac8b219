import { type BenchRun, mergeRuns, type RunFigure } from './run-file';
import { slopeOf } from './slope';

const RESTAURANTS = 1_000;
const PAYMENTS_A_DAY = 1_000;
const YEAR_ROWS = RESTAURANTS * PAYMENTS_A_DAY * 365;
const BUSY_HOURS = 10;
const PEAK_FACTOR = 3;
/** Days that rows of a table stay (decision 24); the others stay for years. 0: a row goes when what it waits for arrives. */
const KEPT_DAYS: Record<string, number> = {
  outbox_events: 7,
  idempotency_keys: 3,
  webhook_payloads: 90,
  awaited_transactions: 0,
};
const BYTES = 'bytes of a payment in ';
const LIVES = /^whole payments/;
/** The same measurement as `webhook`, beside another floor. */
const MEASURED_ALREADY = 'webhook-mounts';

/** docs/scale.md of these runs: figures at each measured size, and where their slopes lead. */
export function scaleText(runs: readonly BenchRun[]): string {
  const merged = mergeRuns(runs).map(({ figure }) => figure);
  const scale = merged.filter(({ bench }) => bench === 'scale');
  const sizes = [...new Set(scale.map(({ rows }) => rows ?? 0))].sort((a, b) => a - b);
  const largest = sizes.at(-1);
  return [
    '# Scale',
    '',
    'What one node and one database carry, what gives way first, and what to do then. Made by `npm run bench -- --doc FILE…`; the sizes by',
    '`npm run bench -- --only scale --rows N --json FILE`, the other figures as in [performance.md](performance.md), where machine and',
    'versions stand.',
    '',
    '## One node, one database',
    '',
    ...capacity(merged),
    '',
    `## A year of ${count(RESTAURANTS)} restaurants`,
    '',
    `${count(RESTAURANTS)} restaurants with ${count(PAYMENTS_A_DAY)} payments a day are ${count(YEAR_ROWS)} payments a year: ${Math.round((RESTAURANTS * PAYMENTS_A_DAY) / 86_400)} a second over the day, and`,
    `about ${peakPerSec()} a second at the peak (${BUSY_HOURS} busy hours, the busiest ${PEAK_FACTOR} times their mean).`,
    '',
    ...(largest === undefined
      ? ['**Not measured yet:** run the scale benchmark at two sizes.']
      : [
          ...peakTable(scale),
          ...timeTable(scale, sizes),
          '',
          ...sizeTable(scale.filter(({ rows }) => rows === largest)),
        ]),
    '',
    '## What breaks first',
    '',
    ...BREAKS,
    '',
  ].join('\n');
}

/** Where growth arrives first stands first. */
const BREAKS = [
  '1. **Stripe.** An account makes 100 requests a second by default, and a payment takes two or three: beyond about 30 payments a second the',
  `   token bucket makes creations wait, and the peak above takes up to ${peakPerSec() * 3} requests. Ask Stripe for a higher limit, and set`,
  '   `STRIPE_REQUESTS_PER_SECOND`, which each node counts for itself, to that limit / number of nodes.',
  '2. **CPU of the one node.** A second node beside it needs nothing but the same database (and Redis, so that live events come at once).',
  '   Nodes hold no state: [operations.md](operations.md#deploy).',
  '3. **Commits of the database.** Every payment is a few transactions that wait for the disk. Next step: a disk with a lower fsync time, then',
  '   more cores; webhooks already share commits ([ADR 25](adr/0025-events-in-batches.md)). Reads go to a replica with `DATABASE_REPLICA_URL`.',
  '4. **Connections.** Each node takes `DATABASE_POOL_SIZE` and about 20 more; PostgreSQL has 100 unless told otherwise. Raise',
  '   `max_connections`, or put a pooler in session mode in between, from about four nodes on.',
  '5. **Memory of the database.** Pages stay fast while the upper levels of indexes and the newest rows are in memory; old rows are read from the',
  '   disk. Next step: more memory, then partitions by month of what is append-only (audit, ledger, live events), which retention drops whole.',
  '6. **Restore.** A backup of this size takes hours to bring back: from a few hundred GB on use a standby and point-in-time recovery.',
  '',
  'Restaurants share no rows that are locked, so the last step, databases by groups of restaurants, needs no change of the rules: it needs a',
  'router in front. Nothing of it is built.',
];

function capacity(figures: readonly RunFigure[]): string[] {
  const rows = [
    ['webhook', 'events applied'],
    ['create', 'creation, beside Stripe'],
    ['replay', 'stored events applied by the worker'],
    ['live', 'live events'],
    ['soak', 'steady load'],
  ].flatMap(([bench, what]) =>
    figures
      .filter((figure) => figure.bench === bench && figure.name !== MEASURED_ALREADY)
      .map(({ name, value, unit }) => `| ${what} | ${name} | ${`${value} ${unit}`.trim()} |`),
  );
  if (rows.length === 0) return ['Not measured in these runs.'];
  return ['| Of | Figure | Measured |', '| --- | --- | --: |', ...rows];
}

/** What decides how many nodes there must be: payments a second that were measured, beside those of the peak. */
function peakTable(figures: readonly RunFigure[]): string[] {
  const measured = figures
    .filter(({ name }) => LIVES.test(name))
    .sort((a, b) => (a.rows ?? 0) - (b.rows ?? 0));
  const last = measured.at(-1);
  if (!last) return [];
  return [
    '| Whole payments | A second |',
    '| --- | --: |',
    `| needed at the peak | ${peakPerSec()} /s |`,
    ...measured.map(
      ({ value, rows }) =>
        `| measured at ${count(rows ?? 0)} payments | ${marked(`${value} /s`, value < peakPerSec())} |`,
    ),
    '',
    'Measured four at a time, with the simulator in the same process, which takes its part of the processor, and without a worker.',
    ...(last.value < peakPerSec()
      ? ['That is less than the peak: one such node does not carry it, and what two carry was not measured.']
      : []),
    '',
  ];
}

function marked(text: string, isBeyondTarget: boolean): string {
  return isBeyondTarget ? `**${text}**` : text;
}

function timeTable(figures: readonly RunFigure[], sizes: readonly number[]): string[] {
  const names = [...new Set(figures.filter(({ unit }) => unit === 'ms').map(({ name }) => name))];
  const rows = names.map((name) => {
    const points = sizes.flatMap((size) => {
      const figure = figures.find((one) => one.name === name && one.rows === size);
      return figure ? [{ rows: size, ms: figure.value }] : [];
    });
    const target = figures.findLast((one) => one.name === name)?.target ?? '';
    const cell = (ms: number | undefined) =>
      ms === undefined ? '' : marked(`${ms} ms`, ms >= limitOf(target));
    const measured = sizes.map((size) => points.find(({ rows }) => rows === size)?.ms);
    const drawn = points.length < 2 ? ['needs two sizes', 'needs two sizes'] : drawnOn(points).map(cell);
    return `| ${[name, target, ...measured.map(cell), ...drawn].join(' | ')} |`;
  });
  return [
    `| | Target | ${sizes.map((size) => `at ${count(size)}`).join(' | ')} | at ${count(YEAR_ROWS)}, by the logarithm | at most, by the line |`,
    `| --- | --- |${' --: |'.repeat(sizes.length + 2)}`,
    ...rows,
    '',
    'Bold: beyond the target.',
    '',
    'The last two columns are extrapolated, not measured. What goes through an index grows with its depth, so with the logarithm; the straight line is',
    'what it would come to if something read in proportion to the table. Both assume that indexes stay in memory.',
  ];
}

/** Milliseconds that must not be reached. */
function limitOf(target: string): number {
  const [, limit] = /^under ([\d.]+) ms$/.exec(target) ?? [];
  return limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
}

/** Milliseconds at a year's payments: by the logarithm, and by the line. */
function drawnOn(points: readonly { rows: number; ms: number }[]): number[] {
  const byDepth = slopeOf(points.map(({ rows, ms }) => ({ x: Math.log10(rows), y: ms })));
  const byLine = slopeOf(points.map(({ rows, ms }) => ({ x: rows, y: ms })));
  const highest = Math.max(...points.map(({ ms }) => ms));
  return [byDepth.at(Math.log10(YEAR_ROWS)), byLine.at(YEAR_ROWS)].map((ms) =>
    Number(Math.max(ms, highest).toPrecision(2)),
  );
}

function sizeTable(figures: readonly RunFigure[]): string[] {
  const tables = figures
    .filter(({ name }) => name.startsWith(BYTES))
    .map(({ name, value }) => {
      const table = name.slice(BYTES.length);
      const days = KEPT_DAYS[table] ?? 365;
      return { table, bytes: value, days, total: value * RESTAURANTS * PAYMENTS_A_DAY * days };
    });
  const sum = (pick: (one: (typeof tables)[number]) => number) =>
    tables.reduce((total, one) => total + pick(one), 0);
  return [
    '| Table, with its indexes | A payment takes | Kept | After a year |',
    '| --- | --: | --: | --: |',
    ...tables.map(
      ({ table, bytes, days, total }) =>
        `| \`${table}\` | ${Math.round(bytes)} B | ${keptFor(days)} | ${gigabytes(total)} |`,
    ),
    `| **all** | ${Math.round(sum(({ bytes }) => bytes))} B | | ${gigabytes(sum(({ total }) => total))} |`,
    '',
    'Measured by whole payments, from the synced order to the last webhook, on the largest size above; retention as by default. Not in it, as no',
    'worker ran: what Stripe tells of fees and payouts later (`processor_transactions` and its postings), and the figures (`metric_hours`).',
  ];
}

function keptFor(days: number): string {
  if (days === 0) return 'until it arrives';
  return days === 365 ? 'all' : `${days} days`;
}

function peakPerSec(): number {
  return Math.round((RESTAURANTS * PAYMENTS_A_DAY * PEAK_FACTOR) / (BUSY_HOURS * 3_600));
}

function gigabytes(bytes: number): string {
  return `${Math.round(bytes / 1e9).toLocaleString('en-US')} GB`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
