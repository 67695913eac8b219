import { expect, it } from 'vitest';
import { createMetrics } from './metrics';

const linesOf = async (metrics: ReturnType<typeof createMetrics>) => (await metrics.render()).split('\n');

it('every status of payments is there before any took it: an alert waits for one that never comes', async () => {
  const metrics = createMetrics({ process: false });
  expect(await linesOf(metrics)).toContain('tabsy_payment_status_changes_total{status="COMPLETED"} 0');
  metrics.paymentStatus('COMPLETED');
  expect(await linesOf(metrics)).toContain('tabsy_payment_status_changes_total{status="COMPLETED"} 1');
});

it('every end of a delivery is there before any came: a share of none would be no figure', async () => {
  const lines = await linesOf(createMetrics({ process: false }));
  for (const result of ['applied', 'ignored', 'duplicate', 'waiting', 'retry'])
    expect(lines).toContain(`tabsy_webhook_events_total{result="${result}"} 0`);
});

it('time and runs are summed by statement, equal at each scrape; a transaction is not a statement', async () => {
  const metrics = createMetrics({ process: false });
  metrics.query('sql', 'read-it', 500, null);
  metrics.query('sql', 'read-it', 250, null);
  metrics.query('prisma', 'payment.findMany', 1_000, null);
  metrics.query('transaction', '', 4_000, null);
  await metrics.render();
  const lines = await linesOf(metrics);
  const statements = lines.filter((line) => line.startsWith('tabsy_db_statement'));
  expect(statements).toEqual([
    'tabsy_db_statement_seconds_total{statement="read-it"} 0.75',
    'tabsy_db_statement_seconds_total{statement="payment.findMany"} 1',
    'tabsy_db_statements_total{statement="read-it"} 2',
    'tabsy_db_statements_total{statement="payment.findMany"} 1',
  ]);
  expect(lines).toContain('tabsy_db_query_duration_seconds_count{kind="transaction"} 1');
});

it('a failure counts by its SQLSTATE, and as none when the connection broke', async () => {
  const metrics = createMetrics({ process: false });
  metrics.query('sql', 'read-it', 1, Object.assign(new Error('division by zero'), { code: '22012' }));
  metrics.query('sql', 'read-it', 1, Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
  const lines = await linesOf(metrics);
  expect(lines).toContain('tabsy_db_errors_total{code="22012"} 1');
  expect(lines).toContain('tabsy_db_errors_total{code="none"} 1');
});
