import { describe, expect, it } from 'vitest';
import { EnvError, loadEnv } from '@/env';
import { DEVELOPMENT } from '@/env.variables';

/** The smallest environment that production accepts. */
const PRODUCTION = {
  NODE_ENV: 'production',
  STRIPE_SECRET_KEY: 'sk_live_0123456789abcdef',
  STRIPE_PUBLISHABLE_KEY: 'pk_live_0123456789abcdef',
  STRIPE_WEBHOOK_SECRET: 'whsec_0123456789abcdef',
  JWT_SECRET: 'a-secret-of-the-platform-that-is-long-enough',
  ADMIN_SESSION_SECRET: 'a-secret-of-the-admin-pages-that-is-long-enough',
  DATABASE_URL: 'postgresql://tabsy:p%40ss@db.internal:5432/tabsy',
  CORS_ORIGINS: 'https://app.tabsy.com',
} as const;

const load = (source: Record<string, string>) => loadEnv(source as NodeJS.ProcessEnv);

function problemsOf(source: Record<string, string>): readonly string[] {
  try {
    load(source);
    return [];
  } catch (error) {
    if (error instanceof EnvError) return error.problems;
    throw error;
  }
}

describe('a live key', () => {
  const { NODE_ENV: _, ...live } = PRODUCTION;

  it.each<[string, Record<string, string>]>([
    ['NODE_ENV unset', live],
    ['NODE_ENV=development', { ...live, NODE_ENV: 'development' }],
    ['NODE_ENV=test', { ...live, NODE_ENV: 'test' }],
    ['APP_ENV=development over NODE_ENV=production', { ...PRODUCTION, APP_ENV: 'development' }],
    ['APP_ENV=test over NODE_ENV=production', { ...PRODUCTION, APP_ENV: 'test' }],
    ['a restricted key', { ...live, STRIPE_SECRET_KEY: 'rk_live_0123456789abcdef' }],
  ])('takes real money only in production mode: %s is refused', (_what, source) => {
    expect(problemsOf(source)).toEqual([
      expect.stringMatching(/^STRIPE_SECRET_KEY is a live key.*NODE_ENV=production/),
    ]);
  });

  it('runs where APP_ENV says production, whatever NODE_ENV is', () => {
    expect(load({ ...live, APP_ENV: 'production' })).toMatchObject({
      production: true,
      stripe: { live: true },
    });
  });
});

describe('the well-known development secret', () => {
  const keys = {
    STRIPE_SECRET_KEY: 'sk_test_0123456789',
    STRIPE_PUBLISHABLE_KEY: 'pk_test_0123456789',
    STRIPE_WEBHOOK_SECRET: 'whsec_0123456789',
  };
  const own = { JWT_SECRET: PRODUCTION.JWT_SECRET };

  it.each<[string, Record<string, string>]>([
    ['beside a real test key', keys],
    ['written out beside a real test key', { ...keys, JWT_SECRET: DEVELOPMENT.jwtSecret }],
    ['on every address', { HOST: '0.0.0.0' }],
    ['on every IPv6 address', { HOST: '::' }],
    ['on an address of the network', { HOST: '192.168.1.20', JWT_SECRET: DEVELOPMENT.jwtSecret }],
    ['on a name that is not localhost', { HOST: 'pay.example.com' }],
    ['with APP_ENV=test alone', { ...keys, APP_ENV: 'test' }],
  ])('signs no logins %s', (_what, source) => {
    expect(problemsOf(source)).toEqual([expect.stringMatching(/^JWT_SECRET .*JWT_JWKS_URL/)]);
  });

  it.each<[string, Record<string, string>]>([
    ['loopback', { HOST: '127.0.0.2' }],
    ['localhost', { HOST: 'localhost' }],
    ['IPv6 loopback', { HOST: '::1' }],
    ['own secret, every address', { ...own, HOST: '0.0.0.0' }],
    ['own secret, real test key', { ...own, ...keys }],
    ['published keys, real test key', { ...keys, JWT_JWKS_URL: 'https://platform.example.com/keys' }],
    ['a test run', { ...keys, NODE_ENV: 'test', HOST: '0.0.0.0' }],
    ['the simulator’s own key', { ...keys, STRIPE_SECRET_KEY: DEVELOPMENT.secretKey }],
  ])('is no obstacle: %s', (_what, source) => {
    expect(problemsOf(source)).toEqual([]);
  });

  it('does not count as the previous secret either', () => {
    const rotating = { ...own, JWT_SECRET_PREVIOUS: DEVELOPMENT.jwtSecret };
    expect(problemsOf({ ...keys, ...rotating })).toEqual([expect.stringMatching(/^JWT_SECRET_PREVIOUS /)]);
    expect(problemsOf(rotating)).toEqual([]);
  });

  it('of webhooks is refused beside a real key, too', () => {
    expect(problemsOf({ ...keys, ...own, STRIPE_WEBHOOK_SECRET: DEVELOPMENT.webhookSecret })).toEqual([
      expect.stringMatching(/^STRIPE_WEBHOOK_SECRET is the public development value/),
    ]);
  });
});

describe('the limits of a card payment', () => {
  it.each<[string, Record<string, string>, string]>([
    ['HUF', {}, '17500'],
    ['SEK', { MIN_PAYMENT_AMOUNT: '299' }, '300'],
    ['JPY', { MIN_PAYMENT_AMOUNT: '1' }, '50'],
    ['USD', { MIN_PAYMENT_AMOUNT: '49' }, '50'],
  ])('in %s begin where Stripe does: less is refused, with what to set', (currency, source, least) => {
    expect(problemsOf({ PAYMENT_CURRENCY: currency, ...source })).toEqual([
      `MIN_PAYMENT_AMOUNT is less than Stripe charges in ${currency}: set it to ${least} or more, in minor units`,
    ]);
    expect(problemsOf({ PAYMENT_CURRENCY: currency, MIN_PAYMENT_AMOUNT: least })).toEqual([]);
  });

  it('end above where they begin: each that is too small is named', () => {
    const source = { PAYMENT_CURRENCY: 'HUF', MAX_PAYMENT_AMOUNT: '17499' };
    expect(problemsOf(source)).toEqual([
      expect.stringMatching(/^MIN_PAYMENT_AMOUNT is less than Stripe charges in HUF: set it to 17500/),
      expect.stringMatching(/^MAX_PAYMENT_AMOUNT is less than Stripe charges in HUF: set it to 17500/),
    ]);
    expect(problemsOf({ MIN_PAYMENT_AMOUNT: '900', MAX_PAYMENT_AMOUNT: '800' })).toEqual([
      'MIN_PAYMENT_AMOUNT is larger than MAX_PAYMENT_AMOUNT: no payment would be possible',
    ]);
  });
});
