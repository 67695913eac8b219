import type Stripe from 'stripe';
import type { ProcessorOutcome } from '@/services/ports';
import { createCaller } from './call';
import type { StripeClient } from './client';
import { createTokenBucket } from './token-bucket';

export interface AccountFacts {
  id: string;
  /** ISO 3166, two letters; empty: not told. */
  country: string;
  /** Upper case, as all currencies here. */
  defaultCurrency: string;
  takesCharges: boolean;
  paysOut: boolean;
}

export interface EndpointFacts {
  id: string;
  url: string;
  isEnabled: boolean;
  /** Null: the account's own version. */
  apiVersion: string | null;
  /** `*`: all of them. */
  eventTypes: readonly string[];
}

export interface DomainFacts {
  name: string;
  isEnabled: boolean;
  /** Wallets that Stripe would show there. */
  wallets: readonly string[];
}

/** How the Stripe account is set up, for `npm run doctor`; payments never ask this. */
export interface Inspector {
  account(): Promise<ProcessorOutcome<AccountFacts>>;
  endpoints(): Promise<ProcessorOutcome<EndpointFacts[]>>;
  domains(): Promise<ProcessorOutcome<DomainFacts[]>>;
  /** Currencies that an account of the country may charge in. */
  currencies(country: string): Promise<ProcessorOutcome<string[]>>;
  /** `secret` is shown this once. @param key of the one attempt */
  createEndpoint(
    wish: { url: string; eventTypes: readonly string[]; apiVersion: string },
    key: string,
  ): Promise<ProcessorOutcome<{ id: string; secret: string }>>;
  /** Enables an endpoint and makes it send these events. */
  updateEndpoint(
    id: string,
    eventTypes: readonly string[],
    key: string,
  ): Promise<ProcessorOutcome<EndpointFacts>>;
}

const PAGE = 100;

export function createInspector(client: StripeClient): Inspector {
  const { sdk } = client;
  const call = createCaller({
    client,
    bucket: createTokenBucket({ ratePerSec: 10 }),
    priority: 'interactive',
  });
  return {
    account: () =>
      call('account.retrieve', async (request) => {
        const account = await sdk.accounts.retrieveCurrent({}, request);
        return {
          id: account.id,
          country: account.country ?? '',
          defaultCurrency: (account.default_currency ?? '').toUpperCase(),
          takesCharges: account.charges_enabled ?? false,
          paysOut: account.payouts_enabled ?? false,
        };
      }),
    endpoints: () =>
      call('endpoint.list', async (request) => {
        const page = await sdk.webhookEndpoints.list({ limit: PAGE }, request);
        return page.data.map(toEndpoint);
      }),
    domains: () =>
      call('domain.list', async (request) => {
        const page = await sdk.paymentMethodDomains.list({ limit: PAGE }, request);
        return page.data.map((domain) => ({
          name: domain.domain_name,
          isEnabled: domain.enabled,
          wallets: [
            ...(domain.apple_pay.status === 'active' ? ['Apple Pay'] : []),
            ...(domain.google_pay.status === 'active' ? ['Google Pay'] : []),
          ],
        }));
      }),
    currencies: (country) =>
      call('country-spec.retrieve', async (request) => {
        const spec = await sdk.countrySpecs.retrieve(country, {}, request);
        return spec.supported_payment_currencies.map((currency) => currency.toUpperCase());
      }),
    createEndpoint: ({ url, eventTypes, apiVersion }, key) =>
      call('endpoint.create', async (request) => {
        const endpoint = await sdk.webhookEndpoints.create(
          {
            url,
            enabled_events: eventTypes as Stripe.WebhookEndpointCreateParams.EnabledEvent[],
            api_version: apiVersion as Stripe.WebhookEndpointCreateParams.ApiVersion,
            description: 'Tabsy payments',
          },
          { ...request, idempotencyKey: key },
        );
        return { id: endpoint.id, secret: endpoint.secret ?? '' };
      }),
    updateEndpoint: (id, eventTypes, key) =>
      call('endpoint.update', async (request) =>
        toEndpoint(
          await sdk.webhookEndpoints.update(
            id,
            {
              enabled_events: eventTypes as Stripe.WebhookEndpointUpdateParams.EnabledEvent[],
              disabled: false,
            },
            { ...request, idempotencyKey: key },
          ),
        ),
      ),
  };
}

function toEndpoint(endpoint: Stripe.WebhookEndpoint): EndpointFacts {
  return {
    id: endpoint.id,
    url: endpoint.url,
    isEnabled: endpoint.status === 'enabled',
    apiVersion: endpoint.api_version,
    eventTypes: endpoint.enabled_events,
  };
}
