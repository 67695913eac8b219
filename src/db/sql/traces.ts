/** The trace that each of the payments ($1) was started in, as its intent carries it; payments without one are left out. */
export const readTraceparents = {
  name: 'read-traceparents',
  text: `SELECT id, creation_params->'metadata'->>'traceparent' AS traceparent FROM payments
         WHERE id = ANY ($1::uuid[]) AND creation_params->'metadata' ? 'traceparent'`,
};
