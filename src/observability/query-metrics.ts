import { Counter, Histogram, type Registry } from 'prom-client';

const BUCKETS_SEC = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/**
 * Latency of the database as the service sees it, the wait for a connection included. Statements have names of their own, so
 * that time can be told by statement: a counter each, as a histogram each would be thousands of series.
 * @returns what src/db tells of each statement and transaction (ObserveQuery)
 */
export function createQueryMetrics(registry: Registry) {
  const registers = [registry];
  const duration = new Histogram({
    name: 'tabsy_db_query_duration_seconds',
    help: 'Database queries, by kind: sql and prisma are single statements, transaction is a whole one with its repeats.',
    labelNames: ['kind'] as const,
    buckets: BUCKETS_SEC,
    registers,
  });
  // Added up by hand and shown at the scrape: a counter looks its labels up each time, and this runs for every statement.
  const statements = new Map<string, { runs: number; seconds: number }>();
  const byStatement = (name: string, help: string, figure: 'runs' | 'seconds') =>
    new Counter({
      name,
      help,
      labelNames: ['statement'] as const,
      registers,
      collect() {
        this.reset();
        for (const [statement, figures] of statements) this.inc({ statement }, figures[figure]);
      },
    });
  byStatement('tabsy_db_statement_seconds_total', 'Time spent in a statement, by its name.', 'seconds');
  byStatement('tabsy_db_statements_total', 'Runs of a statement, by its name.', 'runs');
  const errors = new Counter({
    name: 'tabsy_db_errors_total',
    help: 'Statements that failed, by SQLSTATE; none: the connection broke.',
    labelNames: ['code'] as const,
    registers,
  });
  const kinds = {
    sql: duration.labels('sql'),
    prisma: duration.labels('prisma'),
    transaction: duration.labels('transaction'),
  };

  return (kind: keyof typeof kinds, name: string, ms: number, error: unknown): void => {
    kinds[kind].observe(ms / 1000);
    if (kind === 'transaction') return;
    let figures = statements.get(name);
    if (figures === undefined) {
      figures = { runs: 0, seconds: 0 };
      statements.set(name, figures);
    }
    figures.runs += 1;
    figures.seconds += ms / 1000;
    if (error !== null) errors.inc({ code: sqlState(error) });
  };
}

function sqlState(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : 'none';
}
