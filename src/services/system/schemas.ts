/** How the service stands, read now. Times ISO 8601 UTC, durations in milliseconds. */
export interface SystemStatusView {
  at: string;
  /** Of the process that answered. */
  process: { version: string; nodeVersion: string; startedAt: string; heapUsedBytes: number };
  database: {
    version: string;
    sizeBytes: number;
    maxConnections: number;
    connections: { program: string; total: number; active: number; inTransaction: number }[];
    migrations: { name: string; appliedAt: string }[];
  };
  /** By task; null: no worker has run on this database yet. `lateMs`: for how long it could have run and did not. */
  jobs:
    | {
        task: string;
        runAt: string;
        isRunning: boolean;
        lateMs: number;
        attempts: number;
        lastError: string | null;
      }[]
    | null;
  /** Events of the processor that are not applied. `overdueMs`: of the one that waits longest for its turn. */
  inbox: { received: number; retry: number; waiting: number; dead: number; overdueMs: number };
  /** Live events that a running transaction holds back. `lastAt`: of the newest event. */
  outbox: { held: number; heldMs: number; lastAt: string | null };
  /** A call made just now. `problem` in words for staff; null: it answered. */
  processor: { isSimulator: boolean; isReachable: boolean; latencyMs: number; problem: string | null };
}
