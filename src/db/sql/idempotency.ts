/** Claims a key; answers no row when it is taken. Waits for a transaction that is claiming it now. */
export const claimKey = {
  name: 'claim-idempotency-key',
  text: `INSERT INTO idempotency_keys (scope, key, fingerprint) VALUES ($1, $2, $3)
         ON CONFLICT (scope, key) DO NOTHING RETURNING key`,
};

export const readKey = {
  name: 'read-idempotency-key',
  text: 'SELECT fingerprint, result FROM idempotency_keys WHERE scope = $1 AND key = $2',
};

/** The same, and locks it: a claim that has no result is taken up by one alone. */
export const lockKey = { name: 'lock-idempotency-key', text: `${readKey.text} FOR UPDATE` };

export const storeKeyResult = {
  name: 'store-idempotency-result',
  text: 'UPDATE idempotency_keys SET result = $3::jsonb WHERE scope = $1 AND key = $2',
};
