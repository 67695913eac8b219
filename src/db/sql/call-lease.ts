/**
 * So long a call to the processor belongs to the node that started it, in seconds: nobody else repairs or ends it
 * before. Longer than any call takes. Compared in database time, as leases span nodes.
 */
export const CALL_LEASE_SEC = 12;

/** The same as an interval. */
export const CALL_LEASE = `interval '${CALL_LEASE_SEC} seconds'`;
