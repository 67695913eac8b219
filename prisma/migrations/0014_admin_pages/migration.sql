-- What the admin pages show and set: how far a run is, from where on a restaurant wants to be alerted, and how people signed in.

-- Percent of its comparisons; for people who wait.
ALTER TABLE reconciliation_runs ADD COLUMN progress SMALLINT NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100);
UPDATE reconciliation_runs SET progress = 100 WHERE state = 'FINISHED';

-- NULL: the platform's own threshold (ALERT_*).
ALTER TABLE restaurant_settings
  ADD COLUMN alert_failure_rate_percent SMALLINT CHECK (alert_failure_rate_percent BETWEEN 1 AND 100),
  ADD COLUMN alert_pending_minutes INTEGER CHECK (alert_pending_minutes BETWEEN 1 AND 100000),
  ADD COLUMN alert_refund_rate_percent SMALLINT CHECK (alert_refund_rate_percent BETWEEN 1 AND 100);

-- Opened by an identity provider, which asks for its own second factor.
ALTER TABLE login_sessions ADD COLUMN by_provider BOOLEAN NOT NULL DEFAULT FALSE;
