-- A failed attempt is known by its charge, not by its second: two declines within one second are two.
ALTER TABLE payments
  ADD COLUMN failed_attempts TEXT[] NOT NULL DEFAULT '{}',          -- one key each: see domain/payment/failed-attempt.ts
  ADD COLUMN retried_attempts INTEGER NOT NULL DEFAULT 0,           -- how many of them retries have answered
  ADD CONSTRAINT retried_within_failed CHECK (retried_attempts BETWEEN 0 AND cardinality(failed_attempts));
UPDATE payments SET failed_attempts = ARRAY['@' || fact_at], retried_attempts = (retried_fact_at IS NOT DISTINCT FROM fact_at)::int
WHERE status = 'FAILED' AND fact_at IS NOT NULL;
ALTER TABLE payments DROP COLUMN retried_fact_at;
