/**
 * The events of the inbox that are about one payment, and nobody else's: by the ids that its own rows name (intents it had, its
 * charge, refunds, disputes), by the charges that its intents name, and those that wait for it. $1: payment.
 */
const EVENTS_OF_PAYMENT = `
WITH known AS (
  SELECT unnest(ARRAY[payment_intent_id, stripe_charge_id]) AS id FROM payments WHERE id = $1::uuid
  UNION SELECT details ->> 'intentId' FROM payment_audit_log WHERE payment_id = $1::uuid
  UNION SELECT refund_id FROM payment_refunds WHERE payment_id = $1::uuid
  UNION SELECT unnest(ARRAY[id, charge_id]) FROM disputes WHERE payment_id = $1::uuid
), own AS (
  SELECT e.event_id FROM webhook_events e JOIN known k ON k.id = e.object_id
), charges AS (
  SELECT DISTINCT w.payload #>> '{data,object,latest_charge}' AS id FROM own JOIN webhook_payloads w USING (event_id)
), found AS (
  SELECT event_id FROM own
  UNION SELECT e.event_id FROM webhook_events e JOIN charges c ON c.id = e.object_id
  UNION SELECT event_id FROM webhook_events WHERE state = 'WAITING' AND waiting_for = $1::text
)`;

/** Newest first. `requestId` and `requestKey` name the call to the processor that caused the event. $1: payment, $2: limit. */
export const readPaymentEvents = {
  name: 'read-payment-events',
  text: `${EVENTS_OF_PAYMENT}
SELECT e.event_id AS "eventId", e.type, e.object_id AS "objectId", e.state, e.source, e.attempts, e.outcome,
  e.last_error AS "lastError", e.event_created_at AS "createdAt", e.received_at AS "receivedAt", e.finished_at AS "finishedAt",
  w.payload #>> '{request,id}' AS "requestId", w.payload #>> '{request,idempotency_key}' AS "requestKey",
  w.event_id IS NOT NULL AS "hasPayload"
FROM found JOIN webhook_events e USING (event_id) LEFT JOIN webhook_payloads w USING (event_id)
ORDER BY e.event_created_at DESC, e.received_at DESC, e.event_id DESC LIMIT $2`,
};

/** The payload of one of them; no row for any other event. $1: payment, $2: event. */
export const readPaymentEventPayload = {
  name: 'read-payment-event-payload',
  text: `${EVENTS_OF_PAYMENT}
SELECT e.type, w.payload, e.received_at AS "receivedAt"
FROM found JOIN webhook_events e USING (event_id) LEFT JOIN webhook_payloads w USING (event_id) WHERE e.event_id = $2`,
};

/** When the payment's intent was last asked for, and how that ended. $1: payment. */
export const readCreationCall = {
  name: 'read-creation-call',
  text: `SELECT creation_state AS state, creation_attempt AS attempt, coalesce(creation_started_at, created_at) AS at,
           payment_intent_id AS "objectId", CASE WHEN creation_state = 'REFUSED' THEN failure_code END AS error
         FROM payments WHERE id = $1`,
};

/** Refunds that were asked for here, of the card. $1: payment. */
export const readRefundCalls = {
  name: 'read-refund-calls',
  text: `SELECT r.id, r.attempt, r.created_at AS at, r.refund_id AS "objectId", r.status, r.failure_reason AS error
         FROM payment_refunds r JOIN payments p ON p.id = r.payment_id
         WHERE r.payment_id = $1 AND r.requested_by IS NOT NULL AND p.provider = 'STRIPE'`,
};

/** Answers to the bank. $1: payment. */
export const readEvidenceCalls = {
  name: 'read-evidence-calls',
  text: `SELECT e.id, e.attempt, e.created_at AS at, e.dispute_id AS "objectId", e.state, e.failure_reason AS error
         FROM dispute_evidence e JOIN disputes d ON d.id = e.dispute_id WHERE d.payment_id = $1`,
};

/** Mails about the payment, without their addresses. $1: payment. */
export const readPaymentMails = {
  name: 'read-payment-mails',
  text: `SELECT id, kind, state, created_at AS "createdAt", sent_at AS "sentAt", last_error AS "lastError"
         FROM notifications WHERE payment_id = $1 ORDER BY created_at DESC, id DESC LIMIT 100`,
};
