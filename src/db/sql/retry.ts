/** One more retry, which answers every failed attempt so far. $1: payment, $2: retries so far with this one. */
export const storeRetryCount = {
  name: 'store-retry-count',
  text: 'UPDATE payments SET retry_count = $2, retried_attempts = cardinality(failed_attempts) WHERE id = $1',
};

/** Keeps a failed attempt, each once. $1: payment, $2: the attempt's key. */
export const keepFailedAttempt = {
  name: 'keep-failed-attempt',
  text: `UPDATE payments SET failed_attempts = array_append(failed_attempts, $2::text)
         WHERE id = $1 AND NOT ($2::text = ANY (failed_attempts))`,
};

/** The intent is gone and another is to be created, with the next key. $1: payment, $2: what it is created with. */
export const startNextIntent = {
  name: 'start-next-intent',
  text: `UPDATE payments SET creation_params = $2::jsonb, creation_attempt = creation_attempt + 1, creation_started_at = now()
         WHERE id = $1`,
};
