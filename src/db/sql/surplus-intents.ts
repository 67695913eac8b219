/** An intent that its payment has no use for shall end. $1: intent id, $2: payment id. */
export const noteSurplusIntent = {
  name: 'note-surplus-intent',
  text: 'INSERT INTO surplus_intents (intent_id, payment_id) VALUES ($1, $2) ON CONFLICT (intent_id) DO NOTHING',
};

/** Those that have not ended, marked as looked at; each look has a key of its own. $1: limit, $2: age in seconds. */
export const takeSurplusIntents = {
  name: 'take-surplus-intents',
  text: `UPDATE surplus_intents SET checked_at = now(), attempt = attempt + 1 WHERE intent_id IN (
           SELECT intent_id FROM surplus_intents WHERE checked_at < now() - make_interval(secs => $2)
           ORDER BY checked_at LIMIT $1 FOR UPDATE SKIP LOCKED)
         RETURNING intent_id AS "intentId", payment_id AS "paymentId", attempt`,
};

/** It is over: nobody can pay it any more. $1: intent id. */
export const forgetSurplusIntent = {
  name: 'forget-surplus-intent',
  text: 'DELETE FROM surplus_intents WHERE intent_id = $1',
};
