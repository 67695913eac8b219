import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EnvError, env, loadEnv, secretValues } from '@/env';
import { DEVELOPMENT, variableNames } from '@/env.variables';

/** The smallest environment that production accepts. */
const PRODUCTION = {
  NODE_ENV: 'production',
  STRIPE_SECRET_KEY: 'sk_live_0123456789abcdef',
  STRIPE_PUBLISHABLE_KEY: 'pk_live_0123456789abcdef',
  STRIPE_WEBHOOK_SECRET: 'whsec_0123456789abcdef',
  JWT_SECRET: 'a-secret-of-the-platform-that-is-long-enough',
  ADMIN_SESSION_SECRET: 'a-secret-of-the-admin-pages-that-is-long-enough',
  DATABASE_URL: 'postgresql://tabsy:p%40ss@db.internal:5432/tabsy',
  CORS_ORIGINS: 'https://app.tabsy.com, https://admin.tabsy.com/',
} as const;

function problemsOf(source: Record<string, string>): readonly string[] {
  try {
    loadEnv(source as NodeJS.ProcessEnv);
    return [];
  } catch (error) {
    if (error instanceof EnvError) return error.problems;
    throw error;
  }
}

const load = (source: Record<string, string> = {}) => loadEnv(source as NodeJS.ProcessEnv);

describe('with nothing set', () => {
  it('starts simulator, embedded database and demo people on loopback', () => {
    expect(load()).toMatchObject({
      mode: 'development',
      production: false,
      warnings: [],
      simulator: true,
      embeddedDatabase: true,
      demoSeed: true,
      dataDir: resolve('.data'),
      server: { port: 5001, host: '127.0.0.1', publicUrl: 'http://localhost:5001', trustedProxyHops: 0 },
      stripe: { webhookSecrets: [DEVELOPMENT.webhookSecret], live: false, apiVersion: '2026-10-28.endive' },
      auth: { jwtSecret: DEVELOPMENT.jwtSecret },
    });
  });

  it('has the defaults of the requirements', () => {
    expect(load()).toMatchObject({
      payments: { currency: 'USD', timeoutMinutes: 60, maxAmountMinor: 50_000, minAmountMinor: 50 },
      webhooks: { retryAttempts: 3, retryDelayMs: 5_000, toleranceSeconds: 300 },
      limits: { paymentsPer15Minutes: 10, paymentsPerHour: 100 },
    });
    expect(load(PRODUCTION).server.webhookBaseUrl).toBe('https://api.tabsy.com');
  });

  it('has the defaults of the decisions', () => {
    expect(load()).toMatchObject({
      payments: { splitHoldMinutes: 15 },
      worker: { autoRefundAfterSeconds: null },
      webhooks: { waitingMaxHours: 72 },
      retention: { outboxDays: 7, idempotencyHours: 72, webhookPayloadDays: 90, recordYears: 10 },
    });
  });
});

describe('reading', () => {
  it('takes an empty or blank variable as unset', () => {
    const blank = Object.fromEntries(variableNames.map((name, index) => [name, index % 2 ? '' : '  ']));
    expect(load(blank)).toEqual(load());
  });

  it('derives both public addresses from what is given', () => {
    expect(load({ PORT: '7000' }).server.publicUrl).toBe('http://localhost:7000');
    expect(load({ WEBHOOK_BASE_URL: 'https://hooks.example.com/' }).server).toMatchObject({
      webhookBaseUrl: 'https://hooks.example.com',
      publicUrl: 'https://hooks.example.com',
    });
    expect(load({ PUBLIC_URL: 'https://pay.example.com' }).server).toMatchObject({
      webhookBaseUrl: 'http://localhost:5001',
      publicUrl: 'https://pay.example.com',
    });
  });

  it('lets APP_ENV decide the rules where NODE_ENV belongs to the build', () => {
    expect(load({ NODE_ENV: 'production', APP_ENV: 'development' }).production).toBe(false);
    expect(problemsOf({ NODE_ENV: 'development', APP_ENV: 'production' })).not.toEqual([]);
  });

  it('never seeds a database that somebody else provided, unless asked', () => {
    const DATABASE_URL = 'postgres://localhost/mine';
    expect(load({ DATABASE_URL })).toMatchObject({ demoSeed: false, embeddedDatabase: false });
    expect(load({ DATABASE_URL, DEMO_SEED: 'true' }).demoSeed).toBe(true);
    expect(load({ NODE_ENV: 'test' }).demoSeed).toBe(false);
  });

  it('accepts both webhook secrets, each once', () => {
    const first = { STRIPE_WEBHOOK_SECRET: 'whsec_first_0123456789' };
    const second = { STRIPE_WEBHOOK_ENDPOINT_SECRET: 'whsec_second_0123456789' };
    expect(load({ ...first, ...second }).stripe.webhookSecrets).toEqual([
      'whsec_first_0123456789',
      'whsec_second_0123456789',
    ]);
    expect(load(second).stripe.webhookSecrets).toEqual(['whsec_second_0123456789']);
    expect(
      load({ ...first, STRIPE_WEBHOOK_ENDPOINT_SECRET: first.STRIPE_WEBHOOK_SECRET }).stripe.webhookSecrets,
    ).toHaveLength(1);
  });

  it('accepts another API version and warns', () => {
    const config = load({ STRIPE_API_VERSION: '2023-10-16' });
    expect(config.stripe.apiVersion).toBe('2023-10-16');
    expect(config.warnings).toEqual([expect.stringContaining('2026-10-28.endive')]);
  });

  it('keeps within Stripe’s request rate for the mode of the key', () => {
    expect(load(PRODUCTION).stripe).toMatchObject({ live: true, requestsPerSecond: 100 });
    expect(load({ ...PRODUCTION, STRIPE_REQUESTS_PER_SECOND: '7' }).stripe.requestsPerSecond).toBe(7);
    const sandbox = {
      STRIPE_SECRET_KEY: 'rk_test_0123456789',
      STRIPE_PUBLISHABLE_KEY: 'pk_test_0123456789',
      JWT_SECRET: PRODUCTION.JWT_SECRET,
    };
    expect(load({ ...sandbox, STRIPE_WEBHOOK_SECRET: 'whsec_0123456789' }).stripe).toMatchObject({
      live: false,
      requestsPerSecond: 25,
    });
  });

  it('is read once in a process', () => {
    expect(env()).toBe(env());
    expect(env().mode).toBe('test');
  });
});

describe('a bad value', () => {
  it.each([
    ['NODE_ENV', 'staging'],
    ['APP_ENV', 'prod'],
    ['PORT', '70000'],
    ['PORT', '50.5'],
    ['HOST', 'http://x'],
    ['HOST', '999.1.1.1'],
    ['HOST', '127.0.0.1:5001'],
    ['HOST', '::1::2'],
    ['HOST', 'my_host'],
    ['HOST', '-x'],
    ['PUBLIC_URL', 'pay.example.com'],
    ['PUBLIC_URL', 'https://pay.example.com/?a=1'],
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'https://app.example.com/path'],
    ['TRUST_PROXY', 'true'],
    ['LOG_LEVEL', 'loud'],
    ['METRICS_TOKEN', 'short'],
    ['DEMO_SEED', 'maybe'],
    ['DATABASE_URL', 'mysql://localhost/x'],
    ['DATABASE_URL', 'postgres://user:50%off@localhost/x'],
    ['DATABASE_URL', 'postgres://localhost/%zz'],
    ['DATABASE_URL', 'postgres://localhost:port/x'],
    ['DATA_DIR', 'package.json'],
    ['DATA_DIR', 'package.json/data'],
    ['DATABASE_POOL_SIZE', '0'],
    ['REDIS_URL', 'http://localhost'],
    ['STRIPE_SECRET_KEY', 'pk_test_0123456789'],
    ['STRIPE_SECRET_KEY', 'sk_test_...'],
    ['STRIPE_PUBLISHABLE_KEY', 'sk_test_0123456789'],
    ['STRIPE_WEBHOOK_SECRET', 'secret'],
    ['STRIPE_API_VERSION', 'latest'],
    ['STRIPE_API_BASE', 'ftp://localhost'],
    ['STRIPE_API_BASE', 'https://api.stripe.com/v1'],
    ['STRIPE_API_BASE', 'https://user:password@api.stripe.com'],
    ['STRIPE_API_BASE', 'https://api.stripe.com?x=1'],
    ['AUTO_REFUND_OVERCOLLECTED', 'maybe'],
    ['STRIPE_TIMEOUT_MS', '10000'],
    ['JWT_SECRET', 'too short'],
    ['JWT_JWKS_URL', 'keys.json'],
    ['PAYMENT_CURRENCY', 'DOLLARS'],
    ['PAYMENT_CURRENCY', 'XAU'],
    ['MAX_PAYMENT_AMOUNT', '500.00'],
    ['MIN_PAYMENT_AMOUNT', '-1'],
    ['WEBHOOK_RETRY_DELAY_MS', '5s'],
    ['WEBHOOK_SIGNATURE_TOLERANCE', '0'],
    ['IDEMPOTENCY_RETENTION_HOURS', '1'],
  ])('%s=%s stops the start and is named', (name, value) => {
    expect(problemsOf({ [name]: value })).toContainEqual(expect.stringMatching(new RegExp(`^${name} must `)));
  });

  it('is reported together with all others, one a line', () => {
    const source = { PORT: 'x', PAYMENT_CURRENCY: 'y', MIN_PAYMENT_AMOUNT: '900', MAX_PAYMENT_AMOUNT: '800' };
    expect(() => load(source)).toThrow(
      'The configuration has 3 problem(s):\n' +
        '  PORT must be a whole number from 0 to 65535 (TCP port), got "x"\n' +
        '  PAYMENT_CURRENCY must be a currency that Stripe charges, such as USD, got "Y"\n' +
        '  MIN_PAYMENT_AMOUNT is larger than MAX_PAYMENT_AMOUNT: no payment would be possible',
    );
  });

  it('of a secret is not repeated in the message', () => {
    const text = problemsOf({
      STRIPE_SECRET_KEY: 'hunter2-key',
      STRIPE_WEBHOOK_SECRET: 'hunter2-hook',
      JWT_SECRET: 'hunter2',
      METRICS_TOKEN: 'hunter2',
      DATABASE_URL: 'mysql://user:hunter2@host/db',
    });
    expect(text).toHaveLength(5);
    expect(text.join()).not.toContain('hunter2');
  });
});

describe('a combination that cannot work', () => {
  const real = {
    STRIPE_SECRET_KEY: 'sk_test_0123456789',
    STRIPE_PUBLISHABLE_KEY: 'pk_test_0123456789',
    STRIPE_WEBHOOK_SECRET: 'whsec_0123456789',
    JWT_SECRET: PRODUCTION.JWT_SECRET,
  };

  it.each<[string, Record<string, string>, string]>([
    [
      'live secret, test publishable',
      { ...PRODUCTION, STRIPE_PUBLISHABLE_KEY: 'pk_test_0123456789' },
      'STRIPE_PUBLISHABLE_KEY',
    ],
    [
      'test secret, live publishable',
      { ...real, STRIPE_PUBLISHABLE_KEY: 'pk_live_012345' },
      'STRIPE_PUBLISHABLE_KEY',
    ],
    [
      'simulator, live publishable',
      { STRIPE_PUBLISHABLE_KEY: 'pk_live_0123456789' },
      'STRIPE_PUBLISHABLE_KEY',
    ],
    ['no publishable key', { ...real, STRIPE_PUBLISHABLE_KEY: '' }, 'STRIPE_PUBLISHABLE_KEY'],
    ['no webhook secret', { ...real, STRIPE_WEBHOOK_SECRET: '' }, 'STRIPE_WEBHOOK_SECRET'],
    ['a host without its key', { STRIPE_API_BASE: 'http://127.0.0.1:9' }, 'STRIPE_SECRET_KEY'],
    [
      'two ways to verify',
      { JWT_SECRET: 'x'.repeat(32), JWT_JWKS_URL: 'https://a.example/keys' },
      'JWT_JWKS_URL',
    ],
    ['a previous secret without one', { JWT_SECRET_PREVIOUS: 'x'.repeat(32) }, 'JWT_SECRET_PREVIOUS'],
    ['a replica of nothing', { DATABASE_REPLICA_URL: 'postgres://replica/x' }, 'DATABASE_REPLICA_URL'],
    ['an hour below its quarter', { PAYMENT_RATE_LIMIT_PER_HOUR: '9' }, 'PAYMENT_RATE_LIMIT_PER_HOUR'],
  ])('%s is refused', (_what, source, variable) => {
    expect(problemsOf(source)).toEqual([expect.stringMatching(new RegExp(`^${variable} `))]);
  });
});

describe('automatic refunds of over-collected money', () => {
  it('is off; on, it waits an hour, or as long as it is told', () => {
    const seconds = (source: Record<string, string>) => load(source).worker.autoRefundAfterSeconds;
    expect(seconds({ AUTO_REFUND_DELAY_MINUTES: '5' })).toBeNull();
    expect(seconds({ AUTO_REFUND_OVERCOLLECTED: 'true' })).toBe(3_600);
    expect(seconds({ AUTO_REFUND_OVERCOLLECTED: 'true', AUTO_REFUND_DELAY_MINUTES: '0' })).toBe(0);
  });
});

describe('DATA_DIR', () => {
  it('may be a folder, or not exist yet', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tabsy-env-'));
    try {
      writeFileSync(join(folder, 'file'), '');
      expect(load({ DATA_DIR: folder }).dataDir).toBe(folder);
      expect(load({ DATA_DIR: join(folder, 'a/b') }).dataDir).toBe(join(folder, 'a/b'));
      expect(problemsOf({ DATA_DIR: join(folder, 'file') })).toEqual([
        expect.stringMatching(/^DATA_DIR must be a folder/),
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('production', () => {
  it('starts with the smallest complete configuration', () => {
    expect(
      load({ ...PRODUCTION, TRUST_PROXY: '1', WEBHOOK_BASE_URL: 'https://pay.example.com' }),
    ).toMatchObject({
      production: true,
      simulator: false,
      demoSeed: false,
      warnings: [expect.stringContaining('SMTP_URL is unset')],
      server: { host: '0.0.0.0', corsOrigins: ['https://app.tabsy.com', 'https://admin.tabsy.com'] },
    });
  });

  it('without any configuration lists everything that is missing', () => {
    const missing = [
      'STRIPE_SECRET_KEY',
      'JWT_SECRET',
      'ADMIN_SESSION_SECRET',
      'DATABASE_URL',
      'CORS_ORIGINS',
    ];
    const problems = problemsOf({ NODE_ENV: 'production' });
    expect(problems.map((text) => text.split(' ')[0])).toEqual(missing);
  });

  it.each<[string, Record<string, string>, string]>([
    ['the simulator', { STRIPE_SECRET_KEY: '', STRIPE_PUBLISHABLE_KEY: '' }, 'STRIPE_SECRET_KEY'],
    ['the demo seed', { DEMO_SEED: 'true' }, 'DEMO_SEED'],
    ['the development JWT secret', { JWT_SECRET: DEVELOPMENT.jwtSecret }, 'JWT_SECRET'],
    ['the same as the previous one', { JWT_SECRET_PREVIOUS: DEVELOPMENT.jwtSecret }, 'JWT_SECRET_PREVIOUS'],
    [
      'the development webhook secret',
      { STRIPE_WEBHOOK_SECRET: DEVELOPMENT.webhookSecret },
      'STRIPE_WEBHOOK_SECRET',
    ],
    [
      'the development webhook secret as the second one',
      { STRIPE_WEBHOOK_ENDPOINT_SECRET: DEVELOPMENT.webhookSecret },
      'STRIPE_WEBHOOK_ENDPOINT_SECRET',
    ],
    [
      'logins that anybody can sign',
      { ADMIN_SESSION_SECRET: DEVELOPMENT.adminSessionSecret },
      'ADMIN_SESSION_SECRET',
    ],
    ['half an identity provider', { OIDC_CLIENT_ID: 'tabsy' }, 'OIDC_ISSUER_URL'],
    ['tokens that nobody can verify', { JWT_SECRET: '' }, 'JWT_SECRET'],
    ['the embedded database', { DATABASE_URL: '' }, 'DATABASE_URL'],
    ['unlisted origins', { CORS_ORIGINS: '' }, 'CORS_ORIGINS'],
    ['public links over http', { PUBLIC_URL: 'http://pay.example.com' }, 'PUBLIC_URL'],
    ['webhooks over http', { WEBHOOK_BASE_URL: 'http://pay.example.com' }, 'WEBHOOK_BASE_URL'],
    ['keys over http', { JWT_SECRET: '', JWT_JWKS_URL: 'http://platform.example.com/keys' }, 'JWT_JWKS_URL'],
    ['a Stripe host over http', { STRIPE_API_BASE: 'http://stripe.example.com' }, 'STRIPE_API_BASE'],
  ])('refuses %s', (_what, source, variable) => {
    const problems = problemsOf({ ...PRODUCTION, ...source });
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^${variable} `))]);
  });

  it('refuses test keys unless they are allowed explicitly, and the simulator’s keys always', () => {
    const keys = { STRIPE_SECRET_KEY: 'sk_test_0123456789', STRIPE_PUBLISHABLE_KEY: 'pk_test_0123456789' };
    expect(problemsOf({ ...PRODUCTION, ...keys })).toEqual([
      expect.stringContaining('STRIPE_ALLOW_TEST_KEYS'),
    ]);
    expect(problemsOf({ ...PRODUCTION, ...keys, STRIPE_ALLOW_TEST_KEYS: 'true' })).toEqual([]);
    const known = {
      STRIPE_SECRET_KEY: DEVELOPMENT.secretKey,
      STRIPE_PUBLISHABLE_KEY: DEVELOPMENT.publishableKey,
      STRIPE_ALLOW_TEST_KEYS: 'true',
    };
    expect(problemsOf({ ...PRODUCTION, ...known })).toEqual([
      expect.stringMatching(/^STRIPE_SECRET_KEY is the public development value/),
      expect.stringMatching(/^STRIPE_PUBLISHABLE_KEY is the public development value/),
    ]);
  });

  it('keeps its data in the embedded database only when told so', () => {
    const config = load({ ...PRODUCTION, DATABASE_URL: '', ALLOW_EMBEDDED_DATABASE: 'true' });
    expect(config).toMatchObject({ embeddedDatabase: true, demoSeed: false });
  });
});

describe('secretValues', () => {
  it('holds every secret and every password, as written and as meant', () => {
    const config = load({
      ...PRODUCTION,
      STRIPE_WEBHOOK_ENDPOINT_SECRET: 'whsec_second_0123456789',
      JWT_SECRET_PREVIOUS: 'a-previous-secret-of-the-platform-of-some-length',
      METRICS_TOKEN: 'metrics-token-0123456789',
      REDIS_URL: 'redis://:redis-password@cache:6379',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector:traces-password@traces:4318',
    });
    expect(secretValues(config).sort()).toEqual(
      [
        PRODUCTION.STRIPE_SECRET_KEY,
        PRODUCTION.STRIPE_WEBHOOK_SECRET,
        'whsec_second_0123456789',
        PRODUCTION.JWT_SECRET,
        'a-previous-secret-of-the-platform-of-some-length',
        PRODUCTION.ADMIN_SESSION_SECRET,
        'metrics-token-0123456789',
        'p%40ss',
        'p@ss',
        'redis-password',
        'traces-password',
      ].sort(),
    );
  });
});
