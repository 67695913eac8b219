import type Stripe from 'stripe';
import { listPage, PAGE } from '../http/list';
import { operation } from '../http/operation';
import { boolean, required, string } from '../http/params';
import { newId } from '../ids';

const ACTIVE = { status: 'active' } as const;

/** Domains on which wallets may be shown. Stripe validates them; here every one is fine. */
export const paymentMethodDomainOperations = [
  operation({
    method: 'POST',
    path: '/v1/payment_method_domains',
    params: { domain_name: required(string()), enabled: boolean() },
    handle: ({ world }, params): Stripe.PaymentMethodDomain =>
      world.store.paymentMethodDomains.insert({
        id: newId('pmd'),
        object: 'payment_method_domain',
        amazon_pay: ACTIVE,
        apple_pay: ACTIVE,
        created: world.now(),
        domain_name: params.domain_name,
        enabled: params.enabled ?? true,
        google_pay: ACTIVE,
        klarna: ACTIVE,
        link: ACTIVE,
        livemode: false,
        paypal: ACTIVE,
      }),
  }),
  operation({
    method: 'GET',
    path: '/v1/payment_method_domains',
    params: { ...PAGE, domain_name: string(), enabled: boolean() },
    handle: (call, { domain_name: name, enabled, ...page }) =>
      listPage(
        call,
        call.world.store.paymentMethodDomains,
        page,
        (domain) =>
          (name === undefined || domain.domain_name === name) &&
          (enabled === undefined || domain.enabled === enabled),
      ),
  }),
];
