import { isIPv4 } from 'node:net';
import { isSupported, minimumChargeMinor } from '@/domain/currency';
import { DEVELOPMENT, type Problem, SDK_API_VERSION, type Values, type VariableName } from '@/env.variables';

/** The documented default of the requirements; true only for the deployment that it names. */
export const PRODUCTION_WEBHOOK_BASE_URL = 'https://api.tabsy.com';

/** The one problem that `doctor -- --fix` can be run with: it makes the endpoint, whose secret this is. */
export const MISSING_WEBHOOK_SECRET: Problem = {
  variable: 'STRIPE_WEBHOOK_SECRET',
  text: 'is missing: set the whsec_… signing secret of the webhook endpoint (npm run doctor -- --fix makes one)',
};

const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1', '[::1]']);

/** `test` or `live`, as Stripe writes it into the second part of a key. */
export function keyMode(key: string): 'test' | 'live' {
  return key.split('_')[1] === 'live' ? 'live' : 'test';
}

function unencrypted(url: string | undefined): boolean {
  return url?.startsWith('http:') ?? false;
}

/** Combinations that make no sense wherever the service runs. */
export function generalProblems(values: Values): Problem[] {
  const problems: Problem[] = [];
  const refuse = (variable: VariableName, text: string) => problems.push({ variable, text });

  if (values.PAYMENT_RATE_LIMIT_PER_15_MINUTES > values.PAYMENT_RATE_LIMIT_PER_HOUR)
    refuse('PAYMENT_RATE_LIMIT_PER_HOUR', 'is smaller than PAYMENT_RATE_LIMIT_PER_15_MINUTES: raise it');
  if (values.JWT_SECRET && values.JWT_JWKS_URL)
    refuse('JWT_JWKS_URL', 'is set beside JWT_SECRET: set one of them, a token is verified in one way only');
  if (values.JWT_SECRET_PREVIOUS && !values.JWT_SECRET)
    refuse('JWT_SECRET_PREVIOUS', 'needs JWT_SECRET: set the secret that tokens are signed with now');
  if (values.DATABASE_REPLICA_URL && !values.DATABASE_URL)
    refuse('DATABASE_REPLICA_URL', 'needs DATABASE_URL: set the primary of this replica');

  const oidc = [values.OIDC_ISSUER_URL, values.OIDC_CLIENT_ID, values.OIDC_CLIENT_SECRET];
  if (oidc.some(Boolean) && !oidc.every(Boolean))
    refuse('OIDC_ISSUER_URL', 'works with OIDC_CLIENT_ID and OIDC_CLIENT_SECRET: set all three, or none');

  if (values.SMTP_URL && !values.MAIL_FROM)
    refuse('MAIL_FROM', 'is missing, though SMTP_URL is set: set the sender of the mails');

  return [...problems, ...limitProblems(values), ...stripeProblems(values)];
}

/** Limits of card payments (decision 14). Cash knows none. */
function limitProblems(values: Values): Problem[] {
  const { PAYMENT_CURRENCY: currency, MIN_PAYMENT_AMOUNT: minimum, MAX_PAYMENT_AMOUNT: maximum } = values;
  const least = isSupported(currency) ? minimumChargeMinor(currency) : 0;
  const names = ['MIN_PAYMENT_AMOUNT', 'MAX_PAYMENT_AMOUNT'] as const;
  const problems: Problem[] = names
    .filter((name) => values[name] < least)
    .map((variable) => ({
      variable,
      text: `is less than Stripe charges in ${currency}: set it to ${least} or more, in minor units`,
    }));
  if (problems.length === 0 && minimum > maximum) {
    const text = 'is larger than MAX_PAYMENT_AMOUNT: no payment would be possible';
    problems.push({ variable: 'MIN_PAYMENT_AMOUNT', text });
  }
  return problems;
}

function stripeProblems(values: Values): Problem[] {
  const secretKey = values.STRIPE_SECRET_KEY;
  const publishableKey = values.STRIPE_PUBLISHABLE_KEY;
  const problems: Problem[] = [];
  const refuse = (variable: VariableName, text: string) => problems.push({ variable, text });

  const mode = keyMode(secretKey ?? DEVELOPMENT.secretKey);
  if (publishableKey && keyMode(publishableKey) !== mode)
    refuse(
      'STRIPE_PUBLISHABLE_KEY',
      `is a ${keyMode(publishableKey)} key, but ${secretKey ? `STRIPE_SECRET_KEY is a ${mode} key` : 'without STRIPE_SECRET_KEY the simulator runs'}: set both from one mode`,
    );
  if (!secretKey && values.STRIPE_API_BASE)
    refuse(
      'STRIPE_SECRET_KEY',
      'is missing, though STRIPE_API_BASE is set: set the key of that host, or unset both',
    );
  if (!secretKey) return problems;

  if (!publishableKey)
    refuse(
      'STRIPE_PUBLISHABLE_KEY',
      `is missing: set the pk_${mode}_… key that belongs to STRIPE_SECRET_KEY`,
    );
  if (!values.STRIPE_WEBHOOK_SECRET && !values.STRIPE_WEBHOOK_ENDPOINT_SECRET)
    problems.push(MISSING_WEBHOOK_SECRET);
  return problems;
}

/**
 * What every mode but production refuses: real money, and public secrets where others can reach them. A test run alone
 * may have keys and addresses of its own making.
 */
export function rehearsalProblems(values: Values): Problem[] {
  const problems: Problem[] = [];
  const refuse = (variable: VariableName, text: string) => problems.push({ variable, text });

  if (values.STRIPE_SECRET_KEY && keyMode(values.STRIPE_SECRET_KEY) === 'live')
    refuse(
      'STRIPE_SECRET_KEY',
      'is a live key, which takes real money in production mode alone: set NODE_ENV=production, in .env for every command (and no other APP_ENV), or a test key',
    );
  if (values.NODE_ENV === 'test') return problems;

  const reach = reachOf(values);
  if (reach && (!values.JWT_SECRET || values.JWT_SECRET === DEVELOPMENT.jwtSecret) && !values.JWT_JWKS_URL)
    refuse(
      'JWT_SECRET',
      `is the public development value, and ${reach}: set your own secret or JWT_JWKS_URL, else anybody signs in as anybody`,
    );
  if (reach && values.JWT_SECRET_PREVIOUS === DEVELOPMENT.jwtSecret)
    refuse('JWT_SECRET_PREVIOUS', `is the public development value, and ${reach}: unset it`);
  if (isRealKey(values))
    for (const variable of ['STRIPE_WEBHOOK_SECRET', 'STRIPE_WEBHOOK_ENDPOINT_SECRET'] as const)
      if (values[variable] === DEVELOPMENT.webhookSecret)
        refuse(variable, 'is the public development value: set the signing secret of your endpoint');
  return problems;
}

/** Why others than this machine's user matter; null: they do not. */
function reachOf(values: Values): string | null {
  if (isRealKey(values)) return 'STRIPE_SECRET_KEY is a key of Stripe';
  const host = values.HOST?.toLowerCase();
  if (host === undefined || LOOPBACK.has(host) || (isIPv4(host) && host.startsWith('127.'))) return null;
  return `HOST=${values.HOST} is open to other machines`;
}

/** A key that reaches Stripe: neither the simulator's own, nor one for a host on this machine. */
function isRealKey({ STRIPE_SECRET_KEY: key, STRIPE_API_BASE: base }: Values): boolean {
  return key !== undefined && key !== DEVELOPMENT.secretKey && !(base && isLoopback(base));
}

/** What production refuses: everything that is fine on a desk and dangerous with real money. */
export function productionProblems(values: Values): Problem[] {
  const problems: Problem[] = [];
  const refuse = (variable: VariableName, text: string) => problems.push({ variable, text });

  if (!values.STRIPE_SECRET_KEY)
    refuse('STRIPE_SECRET_KEY', 'is missing: production never runs on the simulator, set the sk_live_… key');
  else if (keyMode(values.STRIPE_SECRET_KEY) === 'test' && !values.STRIPE_ALLOW_TEST_KEYS)
    refuse(
      'STRIPE_SECRET_KEY',
      'is a test key: set the sk_live_… key, or STRIPE_ALLOW_TEST_KEYS=true for a rehearsal',
    );
  for (const [variable, known] of developmentSecrets)
    if (values[variable] === known) refuse(variable, 'is the public development value: set your own secret');

  if (!values.JWT_SECRET && !values.JWT_JWKS_URL)
    refuse('JWT_SECRET', 'is missing: set the secret that signs the platform’s tokens, or JWT_JWKS_URL');
  if (!values.ADMIN_SESSION_SECRET)
    refuse(
      'ADMIN_SESSION_SECRET',
      'is missing: set a random secret that signs the logins of the admin pages',
    );
  if (!values.DATABASE_URL && !values.ALLOW_EMBEDDED_DATABASE)
    refuse(
      'DATABASE_URL',
      'is missing: set it, or ALLOW_EMBEDDED_DATABASE=true to keep the data in DATA_DIR',
    );
  if (values.DEMO_SEED) refuse('DEMO_SEED', 'writes demo people and bills: unset it');
  if (!values.CORS_ORIGINS)
    refuse('CORS_ORIGINS', 'is missing: list the origins of the three frontends, separated by commas');

  for (const variable of ['PUBLIC_URL', 'WEBHOOK_BASE_URL', 'JWT_JWKS_URL', 'OIDC_ISSUER_URL'] as const)
    if (unencrypted(values[variable])) refuse(variable, 'must start with https:// in production');
  if (values.STRIPE_API_BASE && unencrypted(values.STRIPE_API_BASE) && !isLoopback(values.STRIPE_API_BASE))
    refuse(
      'STRIPE_API_BASE',
      'must start with https:// in production, or the secret key travels in the clear',
    );
  return problems;
}

const developmentSecrets: readonly (readonly [VariableName, string])[] = [
  ['STRIPE_SECRET_KEY', DEVELOPMENT.secretKey],
  ['STRIPE_PUBLISHABLE_KEY', DEVELOPMENT.publishableKey],
  ['STRIPE_WEBHOOK_SECRET', DEVELOPMENT.webhookSecret],
  ['STRIPE_WEBHOOK_ENDPOINT_SECRET', DEVELOPMENT.webhookSecret],
  ['JWT_SECRET', DEVELOPMENT.jwtSecret],
  ['JWT_SECRET_PREVIOUS', DEVELOPMENT.jwtSecret],
  ['ADMIN_SESSION_SECRET', DEVELOPMENT.adminSessionSecret],
];

function isLoopback(url: string): boolean {
  return LOOPBACK.has(new URL(url).hostname);
}

/** What is worth a line in the log, and stops no start. */
export function warningsOf(values: Values, production: boolean): string[] {
  const warnings: string[] = [];
  if (values.STRIPE_API_VERSION !== SDK_API_VERSION)
    warnings.push(
      `STRIPE_API_VERSION ${values.STRIPE_API_VERSION} is sent as asked, but only ${SDK_API_VERSION} is tested`,
    );
  if (production && values.TRUST_PROXY === 0)
    warnings.push(
      'TRUST_PROXY is off: payment doors refuse plain http, and no proxy is believed about https',
    );
  if (production && !values.WEBHOOK_BASE_URL)
    warnings.push(`WEBHOOK_BASE_URL is unset: links and webhooks point to ${PRODUCTION_WEBHOOK_BASE_URL}`);
  if (production && !values.SMTP_URL)
    warnings.push('SMTP_URL is unset: mails about payments are not sent, only noted in the log');
  return warnings;
}
