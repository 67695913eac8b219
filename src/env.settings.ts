import { resolve } from 'node:path';
import { keyMode, PRODUCTION_WEBHOOK_BASE_URL, warningsOf } from '@/env.rules';
import { DEVELOPMENT, type Values } from '@/env.variables';

/** Origins of the three frontends on a developer's machine (legacy-contract.md section 1.1). */
const DEVELOPMENT_ORIGINS = ['http://localhost:3000', 'http://localhost:3001', 'http://localhost:3002'];

/** The configuration of one process. Built once by `env()` in env.ts. */
export type Env = ReturnType<typeof settingsFrom>;

/** The settings that parsed and checked variables mean, with the defaults that depend on each other. */
export function settingsFrom(values: Values, mode: Values['NODE_ENV']) {
  const production = mode === 'production';
  const embeddedDatabase = values.DATABASE_URL === undefined;
  const simulator = values.STRIPE_SECRET_KEY === undefined;
  const webhookBaseUrl =
    values.WEBHOOK_BASE_URL ?? (production ? PRODUCTION_WEBHOOK_BASE_URL : `http://localhost:${values.PORT}`);

  return {
    mode,
    production,
    /** Worth a line in the log at start; none stops it. */
    warnings: warningsOf(values, production),
    /** Start the built-in Stripe simulator: no STRIPE_SECRET_KEY, not production. */
    simulator,
    /** Start the embedded PostgreSQL in `dataDir`: no DATABASE_URL. */
    embeddedDatabase,
    /** Write the demo's people and bills at start. Never into somebody's own database unless asked to. */
    demoSeed: values.DEMO_SEED ?? (mode === 'development' && embeddedDatabase),
    /** Absolute. */
    dataDir: resolve(values.DATA_DIR),
    logLevel: values.LOG_LEVEL,
    /** Bearer token of /metrics; undefined: answered to loopback only. */
    metricsToken: values.METRICS_TOKEN,
    /** Base address of the collector of traces; undefined: none are made. */
    tracesEndpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT,
    server: {
      /** 0 lets the system choose. */
      port: values.PORT,
      host: values.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'),
      /** Base of receipt and export links, no trailing slash (decision 22). */
      publicUrl: values.PUBLIC_URL ?? webhookBaseUrl,
      webhookBaseUrl,
      corsOrigins: values.CORS_ORIGINS ?? (production ? [] : DEVELOPMENT_ORIGINS),
      /** How many proxies in front may be believed about address and scheme; 0: none. */
      trustedProxyHops: values.TRUST_PROXY,
      /** Still open, but not ready: the balancer in front looks elsewhere meanwhile. */
      shutdownDrainMs: values.SHUTDOWN_DRAIN_MS,
      shutdownGraceMs: values.SHUTDOWN_GRACE_MS,
    },
    database: {
      url: values.DATABASE_URL,
      replicaUrl: values.DATABASE_REPLICA_URL,
      poolSize: values.DATABASE_POOL_SIZE,
      /** Bound of one statement of a request, and of the wait for a connection. */
      timeoutMs: values.DATABASE_TIMEOUT_MS,
    },
    redis: { url: values.REDIS_URL },
    stripe: {
      secretKey: values.STRIPE_SECRET_KEY ?? DEVELOPMENT.secretKey,
      publishableKey: values.STRIPE_PUBLISHABLE_KEY ?? DEVELOPMENT.publishableKey,
      /** Any of them may have signed an event, so that one can be rotated. Never empty. */
      webhookSecrets: webhookSecretsOf(values),
      apiVersion: values.STRIPE_API_VERSION,
      /** Base address of a Stripe-compatible host; undefined: Stripe itself, or the simulator. */
      apiBase: values.STRIPE_API_BASE,
      live: keyMode(values.STRIPE_SECRET_KEY ?? DEVELOPMENT.secretKey) === 'live',
      /** Bound of one interactive call. */
      timeoutMs: values.STRIPE_TIMEOUT_MS,
      requestsPerSecond: values.STRIPE_REQUESTS_PER_SECOND ?? stripeRate(values.STRIPE_SECRET_KEY),
      /** 0 lets the system choose. */
      simulatorPort: values.STRIPE_SIMULATOR_PORT,
    },
    auth: {
      /** HS256 secret; undefined when a JWKS is used. */
      jwtSecret: values.JWT_SECRET ?? (values.JWT_JWKS_URL ? undefined : DEVELOPMENT.jwtSecret),
      /** Verifies too, but signs nothing: tokens issued before a rotation. */
      previousJwtSecret: values.JWT_SECRET_PREVIOUS,
      jwksUrl: values.JWT_JWKS_URL,
      issuer: values.JWT_ISSUER,
      audience: values.JWT_AUDIENCE,
    },
    login: {
      secret: values.ADMIN_SESSION_SECRET ?? DEVELOPMENT.adminSessionSecret,
      /** Admins who sign in by password must set up a second factor before anything else. */
      demandsSecondFactor: values.ADMIN_SECOND_FACTOR_REQUIRED ?? mode === 'production',
      oidc: oidcOf(values),
    },
    /** Legacy paths that the shim lacks go there (decision 2); undefined: development stub, or 404. */
    platform: { apiUrl: values.PLATFORM_API_URL },
    payments: {
      /** ISO 4217, upper case; the two amounts are in its minor units. */
      currency: values.PAYMENT_CURRENCY,
      minAmountMinor: values.MIN_PAYMENT_AMOUNT,
      maxAmountMinor: values.MAX_PAYMENT_AMOUNT,
      timeoutMinutes: values.PAYMENT_TIMEOUT_MINUTES,
      splitHoldMinutes: values.SPLIT_HOLD_MINUTES,
      receiptLinkDays: values.RECEIPT_LINK_DAYS,
    },
    webhooks: {
      toleranceSeconds: values.WEBHOOK_SIGNATURE_TOLERANCE,
      retryAttempts: values.WEBHOOK_RETRY_ATTEMPTS,
      retryDelayMs: values.WEBHOOK_RETRY_DELAY_MS,
      waitingMaxHours: values.WEBHOOK_WAITING_MAX_HOURS,
    },
    mail: {
      /** Undefined: mails are written to the log. */
      smtpUrl: values.SMTP_URL,
      from: values.MAIL_FROM,
      timeoutMs: values.SMTP_TIMEOUT_MS,
    },
    worker: {
      pollMs: values.WORKER_POLL_MS,
      sweepIntervalSeconds: values.EVENT_SWEEP_INTERVAL_SECONDS,
      sweepOverlapSeconds: values.EVENT_SWEEP_OVERLAP_SECONDS,
      janitorAfterSeconds: values.JANITOR_AFTER_SECONDS,
      /** How long over-collected money waits for a person before it is refunded by itself; null: for ever. */
      autoRefundAfterSeconds: values.AUTO_REFUND_OVERCOLLECTED ? values.AUTO_REFUND_DELAY_MINUTES * 60 : null,
    },
    limits: {
      /** Requests that create or move money, by one actor. */
      paymentsPer15Minutes: values.PAYMENT_RATE_LIMIT_PER_15_MINUTES,
      paymentsPerHour: values.PAYMENT_RATE_LIMIT_PER_HOUR,
      /** The same requests by everyone behind one address: a whole restaurant shares one. */
      paymentsPerIpPerHour: values.PAYMENT_RATE_LIMIT_PER_IP_PER_HOUR,
      readsPerMinute: values.READ_RATE_LIMIT_PER_MINUTE,
      requestsPerIpPerMinute: values.IP_RATE_LIMIT_PER_MINUTE,
    },
    live: {
      /** Longest pause between two looks of a node into the outbox; wake-ups come in between. */
      pollMs: values.LIVE_POLL_MS,
      lagAlertMs: values.LIVE_LAG_ALERT_MS,
      heartbeatSeconds: values.LIVE_HEARTBEAT_SECONDS,
      recheckSeconds: values.LIVE_RECHECK_SECONDS,
      connectionsPerActor: values.LIVE_CONNECTIONS_PER_ACTOR,
      /** Of existing clients behind one address: a whole restaurant shares one, and each page opens two. */
      connectionsPerIp: values.LIVE_CONNECTIONS_PER_IP,
      subscriptionsPerActor: values.LIVE_SUBSCRIPTIONS_PER_ACTOR,
      /** What may wait for one slow connection before it is cut off. */
      bufferBytes: values.LIVE_BUFFER_BYTES,
    },
    /** From where on the health pages raise an alert. */
    alerts: {
      failureRatePercent: values.ALERT_FAILURE_RATE_PERCENT,
      pendingAgeMinutes: values.ALERT_PENDING_MINUTES,
      refundRatePercent: values.ALERT_REFUND_RATE_PERCENT,
      webhookLagSeconds: values.ALERT_WEBHOOK_LAG_SECONDS,
      deadLetters: values.ALERT_DEAD_LETTERS,
      disputeDeadlines: values.ALERT_DISPUTES_DUE,
      reconciliationBreaks: values.ALERT_DISCREPANCIES,
    },
    retention: {
      outboxDays: values.OUTBOX_RETENTION_DAYS,
      idempotencyHours: values.IDEMPOTENCY_RETENTION_HOURS,
      webhookPayloadDays: values.WEBHOOK_PAYLOAD_RETENTION_DAYS,
      recordYears: values.RECORD_RETENTION_YEARS,
    },
  };
}

function oidcOf({
  OIDC_ISSUER_URL: issuerUrl,
  OIDC_CLIENT_ID: clientId,
  OIDC_CLIENT_SECRET: clientSecret,
}: Values) {
  return issuerUrl && clientId && clientSecret ? { issuerUrl, clientId, clientSecret } : null;
}

function webhookSecretsOf(values: Values): string[] {
  const given = [values.STRIPE_WEBHOOK_SECRET, values.STRIPE_WEBHOOK_ENDPOINT_SECRET];
  const secrets = [...new Set(given.filter((secret) => secret !== undefined))];
  return secrets.length > 0 ? secrets : [DEVELOPMENT.webhookSecret];
}

/** Stripe's own limits ("Rate limits"): 100 a second live, 25 in a sandbox. The simulator has none. */
function stripeRate(secretKey: string | undefined): number {
  if (!secretKey) return 1_000;
  return keyMode(secretKey) === 'live' ? 100 : 25;
}
