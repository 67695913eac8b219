import type Stripe from 'stripe';
import { allCurrencies } from '../currencies';
import { balanceOf } from '../engine/payouts';
import { missingResource } from '../errors';
import { operation } from '../http/operation';
import { ACCOUNT_ID } from '../options';

const ACCOUNT: Stripe.Account = {
  id: ACCOUNT_ID,
  object: 'account',
  business_type: 'company',
  capabilities: { card_payments: 'active', transfers: 'active' },
  charges_enabled: true,
  country: 'US',
  created: 1_700_000_000,
  default_currency: 'usd',
  details_submitted: true,
  email: 'simulator@tabsy.example',
  metadata: {},
  payouts_enabled: true,
  type: 'standard',
};

const NOTHING_MORE = { additional: [], minimum: [] };

function lines(sums: Map<string, number>): Stripe.Balance.Available[] {
  const entries = sums.size === 0 ? [['usd', 0] as const] : [...sums];
  return entries.map(([currency, amount]) => ({ amount, currency, source_types: { card: amount } }));
}

export const accountOperations = [
  operation({ method: 'GET', path: '/v1/account', params: {}, handle: () => ACCOUNT }),
  operation({
    method: 'GET',
    path: '/v1/accounts/:id',
    params: {},
    handle({ ids: [id] }) {
      if (id === ACCOUNT_ID) return ACCOUNT;
      throw missingResource('account', id);
    },
  }),
  operation({
    method: 'GET',
    path: '/v1/country_specs/:id',
    params: {},
    handle({ ids: [id] }): Stripe.CountrySpec {
      if (id !== ACCOUNT.country) throw missingResource('country_spec', id);
      return {
        id,
        object: 'country_spec',
        default_currency: 'usd',
        supported_bank_account_currencies: { usd: ['US'] },
        supported_payment_currencies: allCurrencies(),
        supported_payment_methods: ['card'],
        supported_transfer_countries: ['US'],
        verification_fields: { company: NOTHING_MORE, individual: NOTHING_MORE },
      };
    },
  }),
  operation({
    method: 'GET',
    path: '/v1/balance',
    params: {},
    handle: ({ world }): Stripe.Balance => ({
      object: 'balance',
      available: lines(balanceOf(world, 'available')),
      livemode: false,
      pending: lines(balanceOf(world, 'pending')),
    }),
  }),
];
