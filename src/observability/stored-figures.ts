import { Counter, Gauge, type Registry } from 'prom-client';
import { isOpen, PAYMENT_STATUSES } from '@/domain/payment/status';
import { shared, withinLimit } from './shared-read';

/** The stored state as services/system/figures.ts reads it. Ages and lateness in seconds. */
export interface StoredFigures {
  openPayments: readonly { status: string; count: number }[];
  queues: readonly { queue: string; depth: number; oldestSec: number }[];
  alerts: readonly { kind: string; severity: string; count: number }[];
  jobs: readonly { task: string; lateSec: number }[];
  sweptEvents: number;
}

/** Whoever scrapes, and however often: the database is asked once in this time. */
const REUSE_MS = 5_000;
/** A scrape must not hang with the database: it is cut at 10 s by default. */
const LIMIT_MS = 2_000;

const STATUSES = PAYMENT_STATUSES.filter(isOpen);

/**
 * Figures of what is stored. Every node shows the same: take `max by`, not `sum`. When the database does not answer, they are
 * left out and tabsy_database_up is 0.
 */
export function watchStored(registry: Registry, read: () => Promise<StoredFigures>): void {
  const registers = [registry];
  // Null: no answer, or none in time.
  const current = shared(REUSE_MS, () => withinLimit(LIMIT_MS, read).catch(() => null));
  const gauge = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    fill: (figures: StoredFigures, set: (labels: Record<Label, string>, value: number) => void) => void,
  ) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      async collect() {
        const figures = await current();
        this.reset();
        if (figures !== null) fill(figures, (labels, value) => this.set(labels, value));
      },
    });

  new Gauge({
    name: 'tabsy_database_up',
    help: 'Whether the database answered within 2 s.',
    registers,
    async collect() {
      this.set((await current()) === null ? 0 : 1);
    },
  });
  gauge(
    'tabsy_payments_open',
    'Payments that are not at their end, by status.',
    ['status'],
    (figures, set) => {
      for (const status of STATUSES) set({ status }, 0);
      for (const { status, count } of figures.openPayments) set({ status }, count);
    },
  );
  gauge('tabsy_queue_depth', 'What waits to be worked off, by queue.', ['queue'], (figures, set) => {
    for (const { queue, depth } of figures.queues) set({ queue }, depth);
  });
  gauge(
    'tabsy_queue_oldest_seconds',
    'Age of the oldest in a queue; 0: empty.',
    ['queue'],
    (figures, set) => {
      for (const { queue, oldestSec } of figures.queues) set({ queue }, oldestSec);
    },
  );
  gauge(
    'tabsy_alerts_open',
    'Open alerts of the health pages, by kind and severity.',
    ['kind', 'severity'],
    (figures, set) => {
      for (const { kind, severity, count } of figures.alerts) set({ kind, severity }, count);
    },
  );
  gauge(
    'tabsy_job_late_seconds',
    'For how long a task of the worker could have run and did not.',
    ['task'],
    (figures, set) => {
      for (const { task, lateSec } of figures.jobs) set({ task }, lateSec);
    },
  );
  new Counter({
    name: 'tabsy_swept_events_total',
    help: 'Events that the sweep found a minute or more after Stripe had made them: their webhooks did not come.',
    registers,
    async collect() {
      const figures = await current();
      // Not 0 when it is not known: the next scrape would look like a rise.
      this.remove();
      if (figures !== null) this.inc(figures.sweptEvents);
    },
  });
}
