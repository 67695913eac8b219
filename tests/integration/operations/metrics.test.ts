import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ALERT_KINDS } from '@/domain/alert';
import { sweepEvents } from '@/services/inbox/sweep';
import type { ProcessorOutcome } from '@/services/ports';
import { readStoredFigures } from '@/services/system/figures';
import { EVENT_TYPES } from '@/webhooks/event-types';
import { payWithCard, startTestApp, type TestApp, waitFor, waitForStatus } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { pay, setScene } from '../payments/support';

/** What a scrape shows, and that what is drawn and alarmed on is in it. */
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ worker: true, app: { processMetrics: true } });
});
afterAll(async () => {
  await assertBooksBalance(app.database.pool);
  await app.stop();
});

const scrape = async () => (await fetch(`${app.url}/metrics`)).text();

/** The value of one series, as written in the exposition; null: it is not there. */
const valueIn = (text: string, series: string): number | null => {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? null : Number(line.slice(series.length + 1));
};

/** Every name that a series can have: of a histogram its parts. */
function exportedNames(text: string): Set<string> {
  const declared = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  return new Set(
    declared.flatMap(([, name = '', kind]) =>
      kind === 'histogram' || kind === 'summary'
        ? [`${name}_bucket`, `${name}_sum`, `${name}_count`]
        : [name],
    ),
  );
}

/** Metric names of an expression, with the labels that it selects or groups by left aside. */
const namesIn = (text: string) =>
  new Set([...text.matchAll(/\b(?:tabsy|nodejs|process)_[a-z0-9_]+\b/g)].map(([name]) => name));

async function payOnce(card?: string) {
  const { guest, orderId } = await setScene(app);
  const payment = await pay(guest, orderId);
  await payWithCard(app, payment, card);
  return { guest, paymentId: payment.id };
}

test('a payment shows as its status changes, its webhooks, its calls to Stripe and its statements', async () => {
  const { guest, paymentId } = await payOnce();
  await waitForStatus(guest, paymentId, 'COMPLETED');
  const text = await waitFor('its webhook is counted', async () => {
    const now = await scrape();
    return valueIn(now, 'tabsy_webhook_events_total{result="applied"}') ? now : null;
  });
  expect(valueIn(text, 'tabsy_payment_status_changes_total{status="PENDING"}')).toBe(1);
  expect(valueIn(text, 'tabsy_payment_status_changes_total{status="COMPLETED"}')).toBe(1);
  expect(valueIn(text, 'tabsy_webhook_lag_seconds_count')).toBeGreaterThan(0);
  expect(valueIn(text, 'tabsy_db_query_duration_seconds_count{kind="transaction"}')).toBeGreaterThan(0);
  expect(valueIn(text, 'tabsy_db_statements_total{statement="insert-payment"}')).toBe(1);
  expect(text).toMatch(
    /tabsy_processor_call_duration_seconds_count\{operation="intent.create",outcome="ok"\} 1/,
  );
  expect(valueIn(text, 'tabsy_database_up')).toBe(1);
});

test('what waits is shown by queue, with the age of the oldest', async () => {
  const { guest, paymentId } = await payOnce('pm_card_chargeDeclined');
  await waitForStatus(guest, paymentId, 'FAILED');
  await app.database.pool.query(
    `INSERT INTO webhook_events (event_id, type, object_id, event_created_at, state, received_at)
     VALUES ('evt_dead', 'charge.updated', 'ch_1', now(), 'DEAD', now() - interval '1 hour')`,
  );
  const text = await waitFor('the stored state is read again', async () => {
    const now = await scrape();
    return valueIn(now, 'tabsy_queue_depth{queue="webhooks_dead"}') === 1 ? now : null;
  });
  expect(valueIn(text, 'tabsy_queue_oldest_seconds{queue="webhooks_dead"}')).toBeGreaterThanOrEqual(3_600);
  expect(valueIn(text, 'tabsy_payments_open{status="FAILED"}')).toBe(1);
  expect(valueIn(text, 'tabsy_queue_depth{queue="mails"}')).not.toBeNull();
  expect(text).toMatch(/tabsy_job_late_seconds\{task="expire-payments"\} \d/);
});

test('events whose webhook never came are counted once the sweep has found them; not one that may be on its way, or that no endpoint sends', async () => {
  const { control } = app.simulator;
  await control.waitForDeliveries();
  const seen = new Set(control.state().events.map(({ id }) => id));
  control.addWebhookFault({ kind: 'drop' });
  const { guest, paymentId } = await payOnce();
  control.runScheduled();
  control.clearWebhookFaults();
  const lost = control.state().events.filter(({ id }) => !seen.has(id));
  const sent = lost.filter(({ type }) => EVENT_TYPES.some((one) => one === type));
  expect(sent.length).toBeGreaterThan(1);
  expect(sent.length).toBeLessThan(lost.length);
  // What the simulator lists from now on: made two minutes ago, but for one.
  for (const event of lost) if (event !== sent.at(-1)) event.created -= 120;
  await sweepEvents(app.server.app.deps, { overlapSec: 600 });
  await waitForStatus(guest, paymentId, 'COMPLETED');
  const text = await waitFor('the stored state is read again', async () => {
    const now = await scrape();
    return valueIn(now, 'tabsy_swept_events_total') ? now : null;
  });
  expect(valueIn(text, 'tabsy_swept_events_total')).toBe(sent.length - 1);
  // Scrapes show a state of some seconds ago: this one is read anew.
  const stored = async () => (await readStoredFigures(app.server.app.deps.db)).sweptEvents;
  expect(await stored()).toBe(sent.length - 1);
  await sweepEvents(app.server.app.deps, { overlapSec: 600 });
  expect(await stored()).toBe(sent.length - 1);
});

test('a statement that fails is counted by its SQLSTATE', async () => {
  const { db } = app.server.app.deps;
  await expect(db.query({ name: 'fails', text: 'SELECT 1 / 0' }, [])).rejects.toThrow();
  expect(valueIn(await scrape(), 'tabsy_db_errors_total{code="22012"}')).toBe(1);
});

test.each(['ops/alerts.yml', 'ops/grafana-dashboard.json'])(
  'every metric in %s is exported',
  async (file) => {
    const used = namesIn(await readFile(file, 'utf8'));
    const exported = exportedNames(await scrape());
    expect(used.size).toBeGreaterThan(10);
    expect([...used].filter((name) => !exported.has(name))).toEqual([]);
  },
);

/** Labels whose values a scrape need not show yet, and what they can be. */
const KINDS_OF_OUTCOME = { ok: 0, refused: 0, unavailable: 0, unknown: 0 } satisfies Record<
  ProcessorOutcome<unknown>['kind'],
  0
>;
const LISTED: Record<string, readonly string[]> = {
  'tabsy_processor_call_duration_seconds outcome': Object.keys(KINDS_OF_OUTCOME),
  'tabsy_alerts_open kind': ALERT_KINDS,
  'tabsy_http_requests_total status': ['5..'],
};

/** `name label` of every selector in a text, with each value that it asks for. */
function selected(text: string): { label: string; value: string }[] {
  return [...text.matchAll(/\b([a-z_]+)\{([^{}]*=[^{}]*)\}/g)].flatMap(([, name = '', labels = '']) =>
    [...labels.matchAll(/(\w+)=~?\\?"([^"\\]*)/g)].flatMap(([, label, values = '']) =>
      values
        .split('|')
        .map((value) => ({ label: `${name.replace(/_(count|bucket|sum)$/, '')} ${label}`, value })),
    ),
  );
}

test.each(['ops/alerts.yml', 'ops/grafana-dashboard.json'])(
  'every value of a label that %s selects by is one that the metric can have',
  async (file) => {
    const scraped = selected(await scrape());
    const jobs = [...(await readFile('ops/prometheus.yml', 'utf8')).matchAll(/job_name: (\S+)/g)];
    const known = (label: string) => [
      ...(LISTED[label] ?? []),
      ...scraped.filter((one) => one.label === label).map(({ value }) => value),
      ...(label === 'up job' ? jobs.map(([, name = '']) => name) : []),
    ];
    const asked = selected(await readFile(file, 'utf8'));
    expect(asked.length).toBeGreaterThan(1);
    expect(asked.filter(({ label, value }) => !known(label).includes(value))).toEqual([]);
  },
);

test('a wrong value of a label would be found', () => {
  expect(selected('max(tabsy_queue_depth{queue="mials"}) > 0')).toEqual([
    { label: 'tabsy_queue_depth queue', value: 'mials' },
  ]);
  expect(selected('"expr": "rate(tabsy_x_count{outcome=~\\"a|b\\"}[5m])"')).toEqual([
    { label: 'tabsy_x outcome', value: 'a' },
    { label: 'tabsy_x outcome', value: 'b' },
  ]);
});

test('every metric of ours is drawn or alarmed on', async () => {
  const drawn = namesIn(
    (
      await Promise.all(
        ['ops/alerts.yml', 'ops/grafana-dashboard.json'].map((file) => readFile(file, 'utf8')),
      )
    ).join(),
  );
  const own = [...(await scrape()).matchAll(/^# TYPE (tabsy_\S+) /gm)].map(([, name = '']) => name);
  expect(own.filter((name) => ![...drawn].some((one) => one.startsWith(name)))).toEqual([]);
});

test('every alert names a part of the operations manual that is there', async () => {
  const manual = await readFile('docs/operations.md', 'utf8');
  const anchors = [...manual.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
  const named = [...(await readFile('ops/alerts.yml', 'utf8')).matchAll(/operations\.md#([\w-]+)/g)];
  expect(named.length).toBeGreaterThan(10);
  expect(named.map(([, anchor]) => anchor).filter((anchor) => !anchors.includes(anchor ?? ''))).toEqual([]);
});
