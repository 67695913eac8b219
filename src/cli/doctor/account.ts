import type { Env } from '@/env';
import type { DomainFacts, Inspector } from '@/stripe/inspector';
import { type Finding, fail, ok, unanswered, warn } from './finding';

/** Whether the account takes money, in which currencies, and where wallets are shown. `currencies`: of the restaurants. */
export async function examineAccount(
  env: Env,
  inspector: Inspector,
  currencies: readonly string[],
): Promise<Finding[]> {
  const account = await inspector.account();
  if (account.kind !== 'ok') return [unanswered('Stripe account', account)];
  const { id, country, defaultCurrency, takesCharges, paysOut } = account.value;
  const mode = env.stripe.live ? 'live' : 'test';
  return [
    ok('Stripe account', `${id} (${country || 'country unknown'}), ${mode} keys`),
    ok(
      'Stripe requests',
      `${env.stripe.requestsPerSecond} a second from each node: of all nodes no more than the account may make (STRIPE_REQUESTS_PER_SECOND)`,
    ),
    takesCharges
      ? ok('charges', 'enabled')
      : fail('charges', 'Stripe takes none for this account: complete its activation in the Dashboard.'),
    paysOut
      ? ok('payouts', 'enabled')
      : warn('payouts', 'Stripe pays nothing out: add the bank account in the Dashboard.'),
    ...(await examineCurrencies(env, inspector, { country, defaultCurrency }, currencies)),
    ...(await examineDomains(env, inspector)),
  ];
}

async function examineCurrencies(
  env: Env,
  inspector: Inspector,
  account: { country: string; defaultCurrency: string },
  ofRestaurants: readonly string[],
): Promise<Finding[]> {
  const wanted = [...new Set([env.payments.currency, ...ofRestaurants])].sort();
  if (account.country === '') return [warn('currencies', 'the account names no country: cannot be checked.')];
  const supported = await inspector.currencies(account.country);
  if (supported.kind !== 'ok') return [unanswered('currencies', supported)];
  const missing = wanted.filter((currency) => !supported.value.includes(currency));
  const exchanged = wanted.filter((currency) => currency !== account.defaultCurrency);
  return [
    missing.length > 0
      ? fail(
          'currencies',
          `${missing.join(', ')} cannot be charged by this account: change the restaurants or the account.`,
        )
      : ok('currencies', `${wanted.join(', ')} can be charged`),
    ...(exchanged.length > 0 && missing.length === 0
      ? [
          warn(
            'settlement',
            `${exchanged.join(', ')} may be exchanged to ${account.defaultCurrency}: add bank accounts in these currencies, or accept Stripe's rate.`,
          ),
        ]
      : []),
  ];
}

/** Wallets appear only on domains that Stripe knows. Which frontend takes cards is not known here, so that absence is no failure. */
async function examineDomains(env: Env, inspector: Inspector): Promise<Finding[]> {
  const domains = await inspector.domains();
  if (domains.kind !== 'ok') return [unanswered('wallets', domains)];
  const hosts = env.server.corsOrigins
    .map((origin) => new URL(origin))
    .filter(({ protocol }) => protocol === 'https:')
    .map(({ hostname }) => hostname);
  if (hosts.length === 0)
    return [warn('wallets', 'no https origin in CORS_ORIGINS, and wallets are shown on https alone.')];
  return hosts.map((host) =>
    walletsOf(
      host,
      domains.value.find(({ name }) => name === host),
    ),
  );
}

function walletsOf(host: string, domain: DomainFacts | undefined): Finding {
  const item = `wallets on ${host}`;
  if (!domain?.isEnabled)
    return warn(
      item,
      'Stripe does not know this domain: if cards are entered there, add it under Payment method domains.',
    );
  return domain.wallets.length === 0
    ? warn(item, 'no wallet is active: see what Stripe says of the domain under Payment method domains.')
    : ok(item, domain.wallets.join(', '));
}
