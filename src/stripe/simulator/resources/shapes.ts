import { anything, boolean, emptyable, hash, integer, oneOf, string } from '../http/params';

/** Parameter shapes that several operations share. */
export const ADDRESS = hash({
  city: emptyable(string()),
  country: emptyable(string()),
  line1: emptyable(string()),
  line2: emptyable(string()),
  postal_code: emptyable(string()),
  state: emptyable(string()),
});

export const BILLING_DETAILS = hash({
  address: emptyable(ADDRESS),
  email: emptyable(string()),
  name: emptyable(string()),
  phone: emptyable(string()),
  tax_id: string(),
});

export const CARD = hash({
  number: string(),
  token: string(),
  exp_month: integer(),
  exp_year: integer(),
  cvc: string(),
  networks: anything(),
});

/** A card as only a browser may send it with an intent: the SDK's types know none here, so that servers see no numbers. */
export const METHOD_DATA = hash({
  type: oneOf('card'),
  card: CARD,
  billing_details: BILLING_DETAILS,
  allow_redisplay: oneOf('always', 'limited', 'unspecified'),
  metadata: anything(),
  radar_options: anything(),
  // Stripe.js adds these.
  guid: string(),
  muid: string(),
  sid: string(),
  payment_user_agent: string(),
  referrer: string(),
  time_on_page: integer(),
  client_attribution_metadata: anything(),
});

const RECIPIENT = { address: ADDRESS, name: string(), phone: emptyable(string()) };

export const CUSTOMER_SHIPPING = hash(RECIPIENT);

export const SHIPPING = hash({ ...RECIPIENT, carrier: string(), tracking_number: string() });

export const AUTOMATIC_METHODS = hash({ enabled: boolean(), allow_redirects: oneOf('always', 'never') });

export const CUSTOMER_NAMES = {
  description: emptyable(string()),
  email: emptyable(string(512)),
  name: emptyable(string(256)),
  phone: emptyable(string(20)),
};
