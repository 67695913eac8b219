import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { type StoredFigures, watchStored } from './stored-figures';

const FIGURES: StoredFigures = {
  openPayments: [{ status: 'PENDING', count: 3 }],
  queues: [{ queue: 'mails', depth: 2, oldestSec: 7 }],
  alerts: [{ kind: 'DEAD_LETTERS', severity: 'HIGH', count: 1 }],
  jobs: [{ task: 'expire-payments', lateSec: 4 }],
  sweptEvents: 9,
};

async function scrape(read: () => Promise<StoredFigures>): Promise<string> {
  const registry = new Registry();
  watchStored(registry, read);
  return registry.metrics();
}

it('shows what is stored, with the states that no payment is in', async () => {
  const text = await scrape(async () => FIGURES);
  for (const line of [
    'tabsy_database_up 1',
    'tabsy_payments_open{status="PENDING"} 3',
    'tabsy_payments_open{status="PROCESSING"} 0',
    'tabsy_queue_depth{queue="mails"} 2',
    'tabsy_queue_oldest_seconds{queue="mails"} 7',
    'tabsy_alerts_open{kind="DEAD_LETTERS",severity="HIGH"} 1',
    'tabsy_job_late_seconds{task="expire-payments"} 4',
    'tabsy_swept_events_total 9',
  ])
    expect(text).toContain(line);
});

it('asks once for all gauges of a scrape, and not again right after it', async () => {
  let reads = 0;
  const registry = new Registry();
  watchStored(registry, async () => {
    reads += 1;
    return FIGURES;
  });
  await registry.metrics();
  await registry.metrics();
  expect(reads).toBe(1);
});

it('a database that does not answer leaves its gauges out, and the scrape goes on', async () => {
  const text = await scrape(() => Promise.reject(new Error('away')));
  expect(text).toContain('tabsy_database_up 0');
  expect(text).not.toMatch(/^tabsy_payments_open\{/m);
  // Nor 0, after which the next scrape would look like a rise.
  expect(text).not.toMatch(/^tabsy_swept_events_total/m);
});
