import { z } from 'zod';
import {
  address,
  baseUrl,
  canBeFolder,
  databaseUrl,
  flag,
  isBareOrigin,
  isListenHost,
  origins,
  prefixed,
  shown,
  whole,
} from '@/env.kinds';
import { isSupported } from './domain/currency';

/** The API version that the pinned Stripe SDK is built and tested for (tests/architecture compares them). */
export const SDK_API_VERSION = '2026-10-28.endive';

/** Values of the zero-configuration start. They are public, so production refuses every one of them. */
export const DEVELOPMENT = {
  secretKey: 'sk_test_simulator_development_only',
  publishableKey: 'pk_test_simulator_development_only',
  webhookSecret: 'whsec_development_only_never_in_production',
  jwtSecret: 'development-only-jwt-secret-never-in-production',
  adminSessionSecret: 'development-only-admin-session-secret-never-in-production',
} as const;

/** Stripe refuses charges of nine digits and more ("Minimum and maximum charge amounts"). */
const STRIPE_MAX_AMOUNT = 99_999_999;

/**
 * Every variable that this service knows: how it is read and its static default. `.env.example` explains each in
 * one line. Defaults that depend on other variables are decided in env.rules.ts.
 */
export const variables = {
  // Where it runs
  NODE_ENV: z
    .enum(['development', 'test', 'production'], {
      error: (issue) => `must be development, test or production, ${shown(issue.input)}`,
    })
    .default('development'),
  APP_ENV: z
    .enum(['development', 'test', 'production'], {
      error: (issue) => `must be development, test or production, ${shown(issue.input)}`,
    })
    .optional(),
  PORT: whole(0, 65_535, 'TCP port').default(5001),
  HOST: z
    .string()
    .refine(isListenHost, { error: 'must be an address to listen on, such as 127.0.0.1 or 0.0.0.0' })
    .optional(),
  PUBLIC_URL: baseUrl('https://pay.example.com').optional(),
  CORS_ORIGINS: origins.optional(),
  TRUST_PROXY: z
    .union([z.literal('off').transform(() => 0), whole(0, 10, 'proxies')], {
      error: (issue) => `must be off or the number of proxies in front (0 to 10), ${shown(issue.input)}`,
    })
    .default(0),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      error: (issue) => `must be trace, debug, info, warn, error, fatal or silent, ${shown(issue.input)}`,
    })
    .default('info'),
  DATA_DIR: z
    .string()
    .refine(canBeFolder, { error: 'must be a folder, but there is a file at this path' })
    .default('.data'),
  SHUTDOWN_DRAIN_MS: whole(0, 300_000, 'milliseconds').default(0),
  SHUTDOWN_GRACE_MS: whole(0, 300_000, 'milliseconds').default(10_000),
  METRICS_TOKEN: z.string().min(16, { error: 'must have at least 16 characters' }).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: baseUrl('http://localhost:4318').optional(),
  DEMO_SEED: flag.optional(),
  PLATFORM_API_URL: baseUrl('https://platform.example.com').optional(),

  // State
  DATABASE_URL: databaseUrl('postgresql://user:password@host:5432/name').optional(),
  DATABASE_REPLICA_URL: databaseUrl('postgresql://user:password@replica:5432/name').optional(),
  DATABASE_POOL_SIZE: whole(2, 500, 'connections').default(10),
  // As for Stripe: an answer must come before the frontends give up after 10 s.
  DATABASE_TIMEOUT_MS: whole(500, 9_000, 'milliseconds').default(8_000),
  ALLOW_EMBEDDED_DATABASE: flag.default(false),
  REDIS_URL: address(['redis:', 'rediss:'], 'redis://host:6379').optional(),

  // Stripe
  STRIPE_SECRET_KEY: prefixed(['sk_test_', 'sk_live_', 'rk_test_', 'rk_live_']).optional(),
  STRIPE_PUBLISHABLE_KEY: prefixed(['pk_test_', 'pk_live_']).optional(),
  STRIPE_WEBHOOK_SECRET: prefixed(['whsec_']).optional(),
  STRIPE_WEBHOOK_ENDPOINT_SECRET: prefixed(['whsec_']).optional(),
  // The requirements' 2023-10-16 is not the default: the pinned SDK's types and tests hold for its own version
  // only, and parameters that this service sends are refused by older ones (ADR "Stripe API version").
  STRIPE_API_VERSION: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}(\.[a-z]+)?$/, {
      error: `must be a date with a name, such as ${SDK_API_VERSION}`,
    })
    .default(SDK_API_VERSION),
  STRIPE_API_BASE: address(['http:', 'https:'], 'https://api.stripe.com')
    .refine(isBareOrigin, { error: 'must be scheme, host and port alone, such as https://api.stripe.com' })
    .transform((value) => new URL(value).origin)
    .optional(),
  STRIPE_ALLOW_TEST_KEYS: flag.default(false),
  // The frontends give up after 10 s (legacy-contract.md section 1), so an answer must come before that.
  STRIPE_TIMEOUT_MS: whole(500, 9_500, 'milliseconds').default(8_000),
  STRIPE_REQUESTS_PER_SECOND: whole(1, 10_000, 'requests per second').optional(),
  STRIPE_SIMULATOR_PORT: whole(0, 65_535, 'TCP port').default(0),

  // Tokens
  JWT_SECRET: z.string().min(32, { error: 'must have at least 32 characters (HS256)' }).optional(),
  JWT_SECRET_PREVIOUS: z.string().min(32, { error: 'must have at least 32 characters (HS256)' }).optional(),
  JWT_JWKS_URL: address(['http:', 'https:'], 'https://platform.example.com/.well-known/jwks.json').optional(),
  JWT_ISSUER: z.string().optional(),
  JWT_AUDIENCE: z.string().optional(),

  // Login of the admin pages
  ADMIN_SESSION_SECRET: z.string().min(32, { error: 'must have at least 32 characters' }).optional(),
  ADMIN_SECOND_FACTOR_REQUIRED: flag.optional(),
  OIDC_ISSUER_URL: baseUrl('https://login.example.com').optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),

  // Payments
  PAYMENT_CURRENCY: z
    .string()
    .transform((value) => value.toUpperCase())
    .refine(isSupported, {
      error: (issue) => `must be a currency that Stripe charges, such as USD, ${shown(issue.input)}`,
    })
    .default('USD'),
  MIN_PAYMENT_AMOUNT: whole(1, STRIPE_MAX_AMOUNT, 'minor units (cents)').default(50),
  MAX_PAYMENT_AMOUNT: whole(1, STRIPE_MAX_AMOUNT, 'minor units (cents)').default(50_000),
  PAYMENT_TIMEOUT_MINUTES: whole(1, 1_440, 'minutes').default(60),
  SPLIT_HOLD_MINUTES: whole(1, 1_440, 'minutes').default(15),
  AUTO_REFUND_OVERCOLLECTED: flag.default(false),
  AUTO_REFUND_DELAY_MINUTES: whole(0, 43_200, 'minutes').default(60),
  RECEIPT_LINK_DAYS: whole(1, 3_650, 'days').default(90),

  // Webhooks and background work
  WEBHOOK_BASE_URL: baseUrl('https://api.tabsy.com').optional(),
  WEBHOOK_SIGNATURE_TOLERANCE: whole(1, 3_600, 'seconds').default(300),
  WEBHOOK_RETRY_ATTEMPTS: whole(0, 100, 'attempts').default(3),
  WEBHOOK_RETRY_DELAY_MS: whole(1, 3_600_000, 'milliseconds').default(5_000),
  WEBHOOK_WAITING_MAX_HOURS: whole(1, 720, 'hours').default(72),
  EVENT_SWEEP_INTERVAL_SECONDS: whole(1, 86_400, 'seconds').default(300),
  EVENT_SWEEP_OVERLAP_SECONDS: whole(0, 86_400, 'seconds').default(600),
  JANITOR_AFTER_SECONDS: whole(1, 3_600, 'seconds').default(30),
  WORKER_POLL_MS: whole(50, 60_000, 'milliseconds').default(1_000),

  // Mail
  SMTP_URL: address(['smtp:', 'smtps:'], 'smtp://user:password@mail.example.com:587').optional(),
  MAIL_FROM: z
    .string()
    .regex(/^(?:[^<>\r\n]* <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/, {
      error: 'must be an address such as Tabsy <receipts@example.com>',
    })
    .optional(),
  SMTP_TIMEOUT_MS: whole(100, 60_000, 'milliseconds').default(10_000),

  // Limits
  PAYMENT_RATE_LIMIT_PER_15_MINUTES: whole(1, 1_000_000, 'requests').default(10),
  PAYMENT_RATE_LIMIT_PER_HOUR: whole(1, 1_000_000, 'requests').default(100),
  PAYMENT_RATE_LIMIT_PER_IP_PER_HOUR: whole(1, 10_000_000, 'requests').default(2_000),
  READ_RATE_LIMIT_PER_MINUTE: whole(1, 10_000_000, 'requests').default(600),
  IP_RATE_LIMIT_PER_MINUTE: whole(1, 10_000_000, 'requests').default(6_000),

  // Live events
  LIVE_POLL_MS: whole(5, 10_000, 'milliseconds').default(100),
  LIVE_LAG_ALERT_MS: whole(100, 3_600_000, 'milliseconds').default(5_000),
  LIVE_HEARTBEAT_SECONDS: whole(1, 3_600, 'seconds').default(30),
  LIVE_RECHECK_SECONDS: whole(1, 3_600, 'seconds').default(60),
  LIVE_CONNECTIONS_PER_ACTOR: whole(1, 1_000_000, 'connections').default(50),
  LIVE_CONNECTIONS_PER_IP: whole(1, 1_000_000, 'connections').default(1_000),
  LIVE_SUBSCRIPTIONS_PER_ACTOR: whole(1, 1_000_000, 'subscriptions').default(200),
  LIVE_BUFFER_BYTES: whole(1_024, 1_000_000_000, 'bytes').default(1_048_576),

  // Alerts
  ALERT_FAILURE_RATE_PERCENT: whole(1, 100, 'percent').default(20),
  ALERT_PENDING_MINUTES: whole(1, 100_000, 'minutes').default(75),
  ALERT_REFUND_RATE_PERCENT: whole(1, 100, 'percent').default(10),
  ALERT_WEBHOOK_LAG_SECONDS: whole(1, 1_000_000, 'seconds').default(60),
  ALERT_DEAD_LETTERS: whole(1, 1_000_000, 'events').default(1),
  ALERT_DISPUTES_DUE: whole(1, 1_000_000, 'disputes').default(1),
  ALERT_DISCREPANCIES: whole(1, 1_000_000, 'discrepancies').default(1),

  // Retention
  OUTBOX_RETENTION_DAYS: whole(1, 3_650, 'days').default(7),
  IDEMPOTENCY_RETENTION_HOURS: whole(24, 8_760, 'hours').default(72),
  WEBHOOK_PAYLOAD_RETENTION_DAYS: whole(1, 3_650, 'days').default(90),
  RECORD_RETENTION_YEARS: whole(1, 100, 'years').default(10),
};

export type VariableName = keyof typeof variables;

/** What the variables say, each parsed alone. */
export type Values = { [Name in VariableName]: z.output<(typeof variables)[Name]> };

/** Names of all variables, in the order of `.env.example`. */
export const variableNames = Object.keys(variables) as readonly VariableName[];

/** One thing that is wrong: the variable, and what to set. */
export interface Problem {
  readonly variable: VariableName;
  readonly text: string;
}

/**
 * Parses every variable on its own. An empty or blank string counts as unset.
 * A variable that does not parse takes its default, so that the rules can still look for further problems.
 */
export function parseVariables(source: NodeJS.ProcessEnv): { values: Values; problems: Problem[] } {
  const problems: Problem[] = [];
  const parsed = variableNames.map((variable) => {
    const result = variables[variable].safeParse(source[variable]?.trim() || undefined);
    if (result.success) return [variable, result.data];
    problems.push({ variable, text: result.error.issues[0]?.message ?? 'is not valid' });
    return [variable, variables[variable].parse(undefined)];
  });
  return { values: Object.fromEntries(parsed) as Values, problems };
}
