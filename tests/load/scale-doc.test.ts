import { describe, expect, it } from 'vitest';
import type { BenchRun, RunFigure } from './run-file';
import { scaleText } from './scale-doc';

const figure = (name: string, value: number, unit: string, rows: number, target = 'told'): RunFigure => ({
  bench: 'scale',
  name,
  value,
  unit,
  rows,
  floor: null,
  ratio: null,
  target,
  ok: true,
});
const run = (figures: RunFigure[]): BenchRun => ({
  at: '2026-11-23T10:00:00.000Z',
  machine: { hardware: 'a machine', versions: 'some versions' },
  load: [0, 0],
  figures,
});
const PAGE = 'page of payments, p95';
const LIVES = 'whole payments, four at a time, with the simulator in the same process';
const BYTES = 'bytes of a payment in payments';

describe('docs/scale.md', () => {
  it('draws the slope between two sizes on to a year: by the logarithm, and by the line', () => {
    const text = scaleText([
      run([figure(PAGE, 2, 'ms', 1_000_000)]),
      run([figure(PAGE, 3, 'ms', 10_000_000)]),
    ]);
    // 1 ms for ten times the rows: 3 + log10(36.5) = 4.6; 1 ms for 9 million rows: 3 + 355/9 = 42.
    expect(text).toContain('| page of payments, p95 | told | 2 ms | 3 ms | 4.6 ms | 42 ms |');
    expect(text).toContain('at 1,000,000 | at 10,000,000 | at 365,000,000');
  });

  it('marks what is beyond its target, measured or drawn', () => {
    const at = (ms: number, rows: number) => figure(PAGE, ms, 'ms', rows, 'under 4 ms');
    const text = scaleText([run([at(2, 1_000_000)]), run([at(3, 10_000_000)])]);
    expect(text).toContain('| page of payments, p95 | under 4 ms | 2 ms | 3 ms | **4.6 ms** | **42 ms** |');
    expect(scaleText([run([at(4, 1_000_000)])])).toContain('| under 4 ms | **4 ms** |');
  });

  it('sets what was measured of whole payments beside what the peak needs, by the largest size', () => {
    const rate = (perSec: number, rows: number) => figure(LIVES, perSec, '/s', rows);
    const less = scaleText([run([rate(90, 1_000_000), rate(70, 10_000_000)])]);
    expect(less).toContain('| needed at the peak | 83 /s |');
    expect(less).toContain('| measured at 1,000,000 payments | 90 /s |');
    expect(less).toContain('| measured at 10,000,000 payments | **70 /s** |');
    expect(less).toContain('less than the peak');
    expect(scaleText([run([rate(90, 1_000_000)])])).not.toContain('less than the peak');
  });

  it('names a figure that was measured once only once', () => {
    const applied = (name: string) => ({ ...figure(name, 1_866, 'events/s', 1), bench: 'webhook' });
    const text = scaleText([run([applied('webhook'), applied('webhook-mounts')])]);
    expect(text).toContain('| events applied | webhook | 1866 events/s |');
    expect(text).not.toContain('webhook-mounts');
  });

  it('never promises less than what was measured', () => {
    const text = scaleText([run([figure(PAGE, 3, 'ms', 100_000), figure(PAGE, 2, 'ms', 300_000)])]);
    expect(text).toContain('| told | 3 ms | 2 ms | 3 ms | 3 ms |');
  });

  it('draws nothing through one point', () => {
    expect(scaleText([run([figure(PAGE, 2, 'ms', 100_000)])])).toContain(
      '| needs two sizes | needs two sizes |',
    );
  });

  it('sums what payments of a year take, by the largest size and with what retention deletes', () => {
    const text = scaleText([
      run([
        figure(BYTES, 900, 'B', 100_000),
        figure(BYTES, 1_000, 'B', 300_000),
        figure('bytes of a payment in outbox_events', 2_000, 'B', 300_000),
      ]),
    ]);
    expect(text).toContain('| `payments` | 1000 B | all | 365 GB |');
    expect(text).toContain('| `outbox_events` | 2000 B | 7 days | 14 GB |');
    expect(text).toContain('| **all** | 3000 B | | 379 GB |');
  });

  it('counts a row that goes when what it waits for arrives as none after a year', () => {
    const text = scaleText([run([figure('bytes of a payment in awaited_transactions', 188, 'B', 300_000)])]);
    expect(text).toContain('| `awaited_transactions` | 188 B | until it arrives | 0 GB |');
  });

  it('says so when nothing was measured', () => {
    expect(scaleText([run([])])).toContain('**Not measured yet:**');
  });
});
