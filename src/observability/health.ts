import packageJson from '../../package.json';
import { shared, withinLimit } from './shared-read';

/** What the probes look at. `null` for a part that is not configured. */
export interface HealthSources {
  /** True once migrations are applied, false again while stopping. */
  isReady(): boolean;
  /** Rejects when the database does not answer. */
  pingDatabase(): Promise<unknown>;
  pingRedis: (() => Promise<unknown>) | null;
  isProcessorReachable(): boolean;
  /** Whether this process serves live events: websockets and the notifications they carry. */
  hasLiveEvents(): boolean;
}

export type HealthStatus = 'healthy' | 'degraded' | 'unhealthy';

interface Part {
  connected: boolean;
  /** Milliseconds; null when it did not answer. */
  latency: number | null;
}

/** One report as the frontends read it (legacy-contract.md section 3.5). `uptime` in seconds, `responseTime` in ms. */
export interface HealthReport {
  status: HealthStatus;
  timestamp: string;
  version: string;
  uptime: number;
  database: Part;
  redis: Part;
  services: {
    stripe: boolean;
    notifications: boolean;
    websocket: boolean;
    database: boolean;
    redis: boolean;
  };
  memory: { used: number; total: number };
  responseTime: number;
}

export interface Health {
  report(): Promise<HealthReport>;
  ready(): Promise<boolean>;
}

const PING_LIMIT_MS = 2_000;
/** Probes come often and from anyone: they share one answer of the database for this long. */
const PING_REUSE_MS = 500;

export function createHealth(sources: HealthSources): Health {
  const database = shared(PING_REUSE_MS, () => measure(sources.pingDatabase));
  const { pingRedis } = sources;
  const redis = pingRedis ? shared(PING_REUSE_MS, () => measure(pingRedis)) : null;

  return {
    async report() {
      const startedMs = performance.now();
      const [databasePart, redisPart] = await Promise.all([database(), redis?.() ?? null]);
      const stripe = sources.isProcessorReachable();
      const memory = process.memoryUsage();
      return {
        status: statusOf(databasePart.connected, stripe, redisPart),
        timestamp: new Date().toISOString(),
        version: packageJson.version,
        uptime: Math.round(process.uptime()),
        database: databasePart,
        redis: redisPart ?? { connected: false, latency: null },
        services: {
          stripe,
          notifications: sources.hasLiveEvents(),
          websocket: sources.hasLiveEvents(),
          database: databasePart.connected,
          redis: redisPart?.connected ?? false,
        },
        memory: { used: memory.heapUsed, total: memory.heapTotal },
        responseTime: Math.round(performance.now() - startedMs),
      };
    },
    ready: async () => sources.isReady() && (await database()).connected,
  };
}

/** Without the database nothing works; without Stripe or Redis a part does. */
function statusOf(database: boolean, stripe: boolean, redis: Part | null): HealthStatus {
  if (!database) return 'unhealthy';
  return stripe && (redis === null || redis.connected) ? 'healthy' : 'degraded';
}

async function measure(ping: () => Promise<unknown>): Promise<Part> {
  const startedMs = performance.now();
  try {
    await withinLimit(PING_LIMIT_MS, ping);
    return { connected: true, latency: Math.round((performance.now() - startedMs) * 10) / 10 };
  } catch {
    return { connected: false, latency: null };
  }
}
