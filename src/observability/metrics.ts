import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { PAYMENT_STATUSES } from '@/domain/payment/status';
import { createQueryMetrics } from './query-metrics';
import { type StoredFigures, watchStored } from './stored-figures';

/** The part of pg's pool that is worth watching. */
export interface PoolFigures {
  totalCount: number;
  idleCount: number;
  waitingCount: number;
}

export type Metrics = ReturnType<typeof createMetrics>;

/** What becomes of a delivery: the receipts of the inbox. */
const WEBHOOK_RESULTS = ['applied', 'ignored', 'duplicate', 'waiting', 'retry'] as const;
const LAG_BUCKETS_SEC = [1, 2, 5, 10, 30, 60, 300, 900, 3600, 86_400, 259_200];
const LATENCY_BUCKETS_SEC = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Everything that /metrics shows. `process`: also Node's own figures (memory, event loop lag, garbage collection),
 * once per process. Label values are from closed lists, never ids.
 */
export function createMetrics(options: { process: boolean }) {
  const registry = new Registry();
  if (options.process) collectDefaultMetrics({ register: registry });
  const registers = [registry];

  const requests = new Counter({
    name: 'tabsy_http_requests_total',
    help: 'HTTP requests answered, by door and status.',
    labelNames: ['door', 'status'] as const,
    registers,
  });
  const duration = new Histogram({
    name: 'tabsy_http_request_duration_seconds',
    help: 'From the request at the door to its answer, by door.',
    labelNames: ['door'] as const,
    buckets: LATENCY_BUCKETS_SEC,
    registers,
  });
  const webhooks = new Counter({
    name: 'tabsy_webhook_events_total',
    help: 'Events that Stripe delivered, by what became of them.',
    labelNames: ['result'] as const,
    registers,
  });
  const signatures = new Counter({
    name: 'tabsy_webhook_signature_failures_total',
    help: 'Webhook requests refused before anything was read, by reason.',
    labelNames: ['reason'] as const,
    registers,
  });
  const processorCalls = new Histogram({
    name: 'tabsy_processor_call_duration_seconds',
    help: 'Calls to Stripe, by operation and outcome (ok, refused, unavailable, unknown).',
    labelNames: ['operation', 'outcome'] as const,
    buckets: LATENCY_BUCKETS_SEC,
    registers,
  });
  const deliveryLag = new Histogram({
    name: 'tabsy_webhook_lag_seconds',
    help: 'From the second in which Stripe made an event to the moment its delivery was applied or kept.',
    buckets: LAG_BUCKETS_SEC,
    registers,
  });
  const statuses = new Counter({
    name: 'tabsy_payment_status_changes_total',
    help: 'Payments that took a status, by status; PENDING: were started.',
    labelNames: ['status'] as const,
    registers,
  });
  // There from the start: an alert that waits for a status must see that it never comes (ops/alerts.yml).
  for (const status of PAYMENT_STATUSES) statuses.inc({ status }, 0);
  for (const result of WEBHOOK_RESULTS) webhooks.inc({ result }, 0);

  return {
    /** One answered request. `seconds` is its duration. */
    request(door: string, status: number, seconds: number): void {
      requests.inc({ door, status });
      duration.observe({ door }, seconds);
    },
    /** What became of a delivery, and seconds since Stripe made its event. */
    webhookResult(result: string, lagSec: number): void {
      webhooks.inc({ result });
      deliveryLag.observe(Math.max(0, lagSec));
    },
    paymentStatus: (status: string): void => statuses.inc({ status }),
    query: createQueryMetrics(registry),
    /** Reads the stored state at every scrape. */
    watchStored: (read: () => Promise<StoredFigures>): void => watchStored(registry, read),
    signatureFailure: (reason: string): void => signatures.inc({ reason }),
    processorCall: (operation: string, outcome: string, seconds: number): void =>
      processorCalls.observe({ operation, outcome }, seconds),
    /** Reads the pool at every scrape. */
    watchPool(pool: PoolFigures): void {
      new Gauge({
        name: 'tabsy_db_connections',
        help: 'Database connections of the pool, by state; waiting: requests that queue for one.',
        labelNames: ['state'] as const,
        registers,
        collect() {
          this.set({ state: 'in_use' }, pool.totalCount - pool.idleCount);
          this.set({ state: 'idle' }, pool.idleCount);
          this.set({ state: 'waiting' }, pool.waitingCount);
        },
      });
    },
    /** Reads the live side at every scrape. */
    watchLive(live: {
      connections(): number;
      subscriptions(): number;
      socketIoConnections(): number;
      lagSec(): number;
    }): void {
      new Gauge({
        name: 'tabsy_live_connections',
        help: 'Open websockets at /api/trpc.',
        registers,
        collect() {
          this.set(live.connections());
        },
      });
      new Gauge({
        name: 'tabsy_live_subscriptions',
        help: 'Running tRPC subscriptions.',
        registers,
        collect() {
          this.set(live.subscriptions());
        },
      });
      new Gauge({
        name: 'tabsy_socket_io_connections',
        help: 'Open connections of existing (Socket.IO) clients.',
        registers,
        collect() {
          this.set(live.socketIoConnections());
        },
      });
      new Gauge({
        name: 'tabsy_live_lag_seconds',
        help: 'How long the oldest committed live event has been waiting for an older transaction; 0: none is.',
        registers,
        collect() {
          this.set(live.lagSec());
        },
      });
    },
    contentType: registry.contentType,
    render: (): Promise<string> => registry.metrics(),
  };
}
