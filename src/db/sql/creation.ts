import { CALL_LEASE } from './call-lease';

/**
 * Where the creation of a payment's intent stands; `refusal`: what the processor said when it refused. $1: payment id.
 */
export const readCreation = {
  name: 'read-creation',
  text: `SELECT creation_state AS "state", failure_reason AS "failureReason",
           CASE WHEN creation_state = 'REFUSED' THEN
             (SELECT a.details FROM payment_audit_log a WHERE a.payment_id = p.id AND a.action = 'creation_refused'
              ORDER BY a.id DESC LIMIT 1) END AS "refusal",
           creation_state = 'UNKNOWN' OR (creation_state = 'PENDING' AND creation_started_at < now() - ${CALL_LEASE})
             AS "isAbandoned"
         FROM payments p WHERE id = $1`,
};

/**
 * When it was created: created_at, a node's time that may be ahead, or the first audit row's database time if that is
 * earlier.
 */
const CREATED = `least(created_at, (SELECT min(a.created_at) FROM payment_audit_log a WHERE a.payment_id = payments.id))`;

/**
 * Takes over an abandoned creation. No row: another call has it. Database time, as leases are compared across nodes.
 */
export const claimCreation = {
  name: 'claim-creation',
  text: `UPDATE payments SET creation_state = 'PENDING', creation_started_at = now()
         WHERE id = $1 AND (creation_state = 'UNKNOWN'
           OR (creation_state = 'PENDING' AND creation_started_at < now() - ${CALL_LEASE}))
         RETURNING creation_attempt AS "attempt", creation_params AS "params", ${CREATED} AS "createdAt",
           ${CREATED} < now() - interval '24 hours' AS "keyExpired"`,
};

export const readCreationParams = {
  name: 'read-creation-params',
  text: `SELECT creation_attempt AS "attempt", creation_params AS "params"
         FROM payments WHERE id = $1`,
};

/** The call's end is not known, or it must be repeated. $2: added to the attempt, so that the next key is a new one. */
export const parkCreation = {
  name: 'park-creation',
  text: `UPDATE payments SET creation_state = 'UNKNOWN', creation_attempt = creation_attempt + $2
         WHERE id = $1 AND creation_state = 'PENDING'`,
};
