/** Fields of the processor's objects that say who somebody is, wherever they stand (Stripe API reference). */
const PERSONAL = new Set([
  'address',
  'address_zip_check',
  'billing_details',
  'customer_details',
  'customer_email',
  'customer_email_address',
  'customer_name',
  'customer_purchase_ip',
  'customer_signature',
  'description',
  'email',
  'evidence',
  'exp_month',
  'exp_year',
  'fingerprint',
  'ip_address',
  'individual_name',
  'last4',
  'name',
  'number',
  'owner',
  'phone',
  'receipt_email',
  'receipt_url',
  'shipping',
  'user_agent',
  'verified_address',
  'verified_email',
  'verified_name',
]);

/**
 * A JSON value of the processor without the person: fields that name one become null, ids, amounts, states and times stay, so
 * that it can still be read and replayed. The same again changes nothing.
 */
export function redactPersonal(value: unknown): unknown {
  return without(value, (key) => PERSONAL.has(key));
}

/** Whoever has one may act at the processor as the guest could. */
const SECRETS = new Set(['client_secret', 'secret', 'ephemeral_key_secret']);

/** The same for people to read: without what opens anything, too. */
export function redactForDisplay(value: unknown): unknown {
  return without(value, (key) => PERSONAL.has(key) || SECRETS.has(key));
}

function without(value: unknown, isHidden: (key: string) => boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => without(item, isHidden));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, isHidden(key) ? null : without(part, isHidden)]),
  );
}
