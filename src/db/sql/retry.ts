/** One more retry, and the failure that it answers. $1: payment, $2: retries so far with this one, $3: second of the failure. */
export const countRetry = {
  name: 'count-retry',
  text: 'UPDATE payments SET retry_count = $2, retried_fact_at = $3 WHERE id = $1',
};

/** The intent is gone and another is to be created, with the next key. $1: payment, $2: what it is created with. */
export const startNextIntent = {
  name: 'start-next-intent',
  text: `UPDATE payments SET creation_params = $2::jsonb, creation_attempt = creation_attempt + 1, creation_started_at = now()
         WHERE id = $1`,
};
