import { EventEmitter } from 'node:events';
import { createPrisma } from '@/db/client';
import { createDb, type Db } from '@/db/db';
import { BATCH_TIMEOUT_FACTOR, createPool } from '@/db/pool';
import { type Env, secretValues } from '@/env';
import type { Login } from '@/login/login';
import { createHealth } from '@/observability/health';
import { createLogger } from '@/observability/logger';
import { createMetrics, type Metrics } from '@/observability/metrics';
import { startTracing, type Tracing } from '@/observability/tracing';
import { createWakePublisher } from '@/realtime/redis-wake';
import { createRestHandler } from '@/rest/handler';
import { createProbes } from '@/rest/probes';
import type { Deps, Settings, WakeTopic } from '@/services/context';
import type { ActorResolver } from '@/services/identity/resolve-actor';
import { onPaymentStatus } from '@/services/payments/status-changes';
import type { Clock, Logger, Notifier, Processor } from '@/services/ports';
import { createCallLog } from '@/services/processor-calls/call-log';
import { readStoredFigures } from '@/services/system/figures';
import { createEventReader } from '@/stripe/events';
import { dispatch } from '@/webhooks/dispatch';
import { EVENT_TYPES } from '@/webhooks/event-types';
import { createCors } from './cors';
import { createDemo, type Demo } from './demo';
import { demoPlatform } from './demo-platform';
import { createDoors } from './doors';
import { createHttp, type Http } from './http';
import { createIdentity, type Identity } from './identity';
import { createNotifier } from './notifier';
import { createRateLimits } from './rate-limits';
import { connectRedis } from './redis';
import { connectReplica } from './replica';
import { DEMO_LOGINS, DEMO_PASSWORD } from './seed-logins';
import { restSettingsOf, settingsOf } from './settings';
import { startSharedClock } from './shared-clock';
import { connectStripe } from './stripe';
import { tracedQuery } from './traced-query';

/** What differs between a server, a test and a benchmark. */
export interface AppOptions {
  databaseUrl: string;
  /** Base address of the running simulator, for the SDK and for the browser; null: Stripe, or STRIPE_API_BASE. */
  simulatorUrl?: string | null;
  log?: Logger;
  clock?: Clock;
  processor?: Processor;
  notifier?: Notifier;
  settings?: Partial<Settings>;
  /** What a chaos run does between two steps, see services/checkpoints.ts. */
  checkpoint?: Deps['checkpoint'];
  /** Show Node's own figures in /metrics: once per process. */
  processMetrics?: boolean;
  /** Count payments that are started over tRPC, as over the legacy API: races and benchmarks start far more. */
  limitTrpc?: boolean;
}

/** One running service, without its sockets. */
export interface App extends Http {
  env: Env;
  deps: Deps;
  metrics: Metrics;
  /** Null: no traces are made. */
  tracing: Tracing | null;
  /** Sign-in of the admin pages. */
  login: Login;
  /** Null outside of the demo. */
  demo: Demo | null;
  /** The people of the demo, to be offered at sign-in; nobody outside of it. */
  demoLogins: readonly { email: string; name: string; role: string; password: string }[];
  pageActor: Identity['pageActor'];
  resolveActor: ActorResolver;
  /** The same calls at the lower priority of workers. */
  batchProcessor: Processor;
  /** The same database with a longer time limit, for background work. */
  batchDb: Db;
  /** Sends mails; only the worker uses it. */
  notifier: Notifier;
  /** Tells the probes whether this process serves live events. */
  setLive(isLive: boolean): void;
  /** What /ready says. Starts as false. */
  setReady(isReady: boolean): void;
  /** Runs `listener` after commits that concern its topic. Returns the way to stop it. */
  onWake(topic: WakeTopic, listener: () => void): () => void;
  /** Ends pool and connections; requests must be over. Safe to call twice. */
  close(): Promise<void>;
}

/** The composition root: the only place that knows every part. The database must be migrated before the first request. */
export async function createApp(env: Env, options: AppOptions): Promise<App> {
  const log = options.log ?? createLogger({ level: env.logLevel, secrets: secretValues(env) });
  const metrics = createMetrics({ process: options.processMetrics ?? false });
  const pool = createPool({
    url: options.databaseUrl,
    max: env.database.poolSize,
    applicationName: 'tabsy-payments',
    timeoutMs: env.database.timeoutMs,
    onError: (error) => log.warn({ err: error }, 'an idle database connection broke'),
  });
  metrics.watchPool(pool);
  // Not observed: queries of a scrape are not load of the service.
  const unobserved = createDb(pool);
  metrics.watchStored(() => readStoredFigures(unobserved));
  const stopStatuses = onPaymentStatus(metrics.paymentStatus);
  const tracing = env.tracesEndpoint === undefined ? null : await startTracing(env.tracesEndpoint, log);
  const observeQuery = tracing === null ? metrics.query : tracedQuery(metrics.query, tracing);
  const db = createDb(pool, observeQuery);
  const sharedClock = startSharedClock(unobserved, log);
  await sharedClock.correct().catch(() => undefined);
  const clock = options.clock ?? sharedClock;
  // Tokens and signatures of others are dated by their clocks, which the machine's clock follows.
  const machineClock = options.clock ?? { now: () => new Date() };
  const prisma = createPrisma(pool, observeQuery);
  const replica = connectReplica(env, log);
  const calls = createCallLog({ db, clock, log });
  const stripe = connectStripe(env, options, metrics, tracing, calls);
  const wakes = new EventEmitter();
  let isReady = false;
  let isLive = false;

  const deps: Deps = {
    db,
    prisma,
    replica: replica ?? { db, prisma },
    clock,
    processor: stripe.interactive,
    settings: { ...settingsOf(env, options.simulatorUrl ?? null), ...options.settings },
    log,
    wake: (topic) => void wakes.emit(topic),
    inbox: {
      reader: createEventReader({
        secrets: env.stripe.webhookSecrets,
        toleranceSec: env.webhooks.toleranceSeconds,
      }),
      apply: dispatch,
      types: EVENT_TYPES,
    },
    checkpoint: options.checkpoint ?? (() => undefined),
  };
  const redis = env.redis.url ? connectRedis(env.redis.url, log) : null;
  const health = createHealth({
    isReady: () => isReady,
    pingDatabase: () => db.one(PING, []),
    pingRedis: redis && (() => redis.ping()),
    isProcessorReachable: stripe.isReachable,
    hasLiveEvents: () => isLive,
  });
  const { login, resolveActor, pageActor } = createIdentity(env, { db, prisma, log, machineClock });
  const limits = createRateLimits({ limits: env.limits, pool, redis, log });
  const http = createHttp({
    settings: { production: env.production, trustedProxyHops: env.server.trustedProxyHops },
    ...createDoors({
      deps,
      machineClock,
      resolveActor,
      metrics,
      metricsToken: env.metricsToken,
      tracing,
      login,
      probes: createProbes(health),
      rest: createRestHandler({
        deps,
        resolveActor,
        limits,
        settings: restSettingsOf(env, options.simulatorUrl ?? null),
        stub: demoPlatform(env, resolveActor),
      }),
      trpcLimits: options.limitTrpc ? limits : null,
    }),
    cors: createCors(env.server.corsOrigins),
    metrics,
    tracing,
    log,
  });

  // A process without websockets wakes those that have them.
  if (redis) wakes.on('outbox' satisfies WakeTopic, createWakePublisher(redis));

  let closing: Promise<void> | undefined;
  const close = async () => {
    isReady = false;
    wakes.removeAllListeners();
    stopStatuses();
    sharedClock.stop();
    redis?.disconnect();
    stripe.close();
    await calls.close();
    await prisma.$disconnect();
    await pool.end();
    await replica?.close();
    await tracing?.stop();
  };

  return {
    ...http,
    env,
    deps,
    metrics,
    tracing,
    login,
    demo: env.demoSeed ? createDemo(env, deps) : null,
    demoLogins: env.demoSeed ? DEMO_LOGINS.map((person) => ({ ...person, password: DEMO_PASSWORD })) : [],
    pageActor,
    batchProcessor: stripe.batch,
    batchDb: createDb(pool, observeQuery, env.database.timeoutMs * BATCH_TIMEOUT_FACTOR),
    notifier: options.notifier ?? createNotifier(env, log),
    resolveActor,
    setLive: (value) => {
      isLive = value;
    },
    setReady: (value) => {
      isReady = value;
    },
    onWake: (topic, listener) => {
      wakes.on(topic, listener);
      return () => void wakes.off(topic, listener);
    },
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

const PING = { name: 'health_ping', text: 'SELECT 1 AS one' };
