import type { Db } from '@/db/db';
import { readAlertFigures, readOpenPayments, readQueueFigures } from '@/db/sql/figures';
import { readSweptEvents } from '@/db/sql/recovery';
import { hasJobs, readJobs } from '@/db/sql/system-status';

/** The stored state in figures, for /metrics. Ages and lateness in seconds. */
export interface StoredFigures {
  openPayments: { status: string; count: number }[];
  queues: { queue: string; depth: number; oldestSec: number }[];
  alerts: { kind: string; severity: string; count: number }[];
  /** By task of the worker: for how long it could have run and did not. Empty: no worker has ever run here. */
  jobs: { task: string; lateSec: number }[];
  /** Ever: events whose webhook should have come, and which the sweep has found. */
  sweptEvents: number;
}

/** Reads them one by one, so that a scrape takes a single connection. Rejects when the database does not answer. */
export async function readStoredFigures(db: Db): Promise<StoredFigures> {
  const openPayments = await db.query<StoredFigures['openPayments'][number]>(readOpenPayments, []);
  const queues = await db.query<StoredFigures['queues'][number]>(readQueueFigures, []);
  const alerts = await db.query<StoredFigures['alerts'][number]>(readAlertFigures, []);
  const { hasJobs: hasRun } = await db.one<{ hasJobs: boolean }>(hasJobs, []);
  const jobs = hasRun ? await db.query<{ task: string; lateMs: number }>(readJobs, []) : [];
  const { sweptEvents } = await db.one<{ sweptEvents: number }>(readSweptEvents, []);
  return {
    openPayments,
    queues,
    alerts,
    jobs: jobs.map(({ task, lateMs }) => ({ task, lateSec: lateMs / 1000 })),
    sweptEvents,
  };
}
