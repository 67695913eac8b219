-- Retention of ledger, audit and webhook payloads; people who asked to be forgotten; files for people, made in the background.

-- ---------------------------------------------------------------- retention

-- Ledger and audit are append-only for at least a year (the least that RECORD_RETENTION_YEARS can say); then the worker may delete.
-- The trigger's argument names the column that says how old a row is.
CREATE FUNCTION refuse_young_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_user = 'tabsy_maintenance'
    OR (TG_OP = 'DELETE' AND (to_jsonb(OLD) ->> TG_ARGV[0])::timestamptz < now() - interval '1 year') THEN
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

-- A posting is as old as its transaction.
CREATE FUNCTION refuse_young_posting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_user = 'tabsy_maintenance' OR (TG_OP = 'DELETE' AND EXISTS (
    SELECT FROM ledger_transactions t WHERE t.id = OLD.transaction_id AND t.business_day < now() - interval '1 year')) THEN
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

DROP TRIGGER ledger_transactions_append_only ON ledger_transactions;
CREATE TRIGGER ledger_transactions_append_only BEFORE UPDATE OR DELETE ON ledger_transactions
  FOR EACH ROW EXECUTE FUNCTION refuse_young_record('business_day');
DROP TRIGGER ledger_postings_append_only ON ledger_postings;
CREATE TRIGGER ledger_postings_append_only BEFORE UPDATE OR DELETE ON ledger_postings
  FOR EACH ROW EXECUTE FUNCTION refuse_young_posting();
DROP TRIGGER payment_audit_log_append_only ON payment_audit_log;
CREATE TRIGGER payment_audit_log_append_only BEFORE UPDATE OR DELETE ON payment_audit_log
  FOR EACH ROW EXECUTE FUNCTION refuse_young_record('created_at');
DROP TRIGGER audit_log_append_only ON audit_log;
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log
  FOR EACH ROW EXECUTE FUNCTION refuse_young_record('created_at');

-- The oldest first: rows come in nearly that order, so that these cost little.
CREATE INDEX payment_audit_log_created_at_idx ON payment_audit_log (created_at);
CREATE INDEX audit_log_created_at_idx ON audit_log (created_at);
CREATE INDEX webhook_payloads_received_at_idx ON webhook_payloads (received_at);

-- ---------------------------------------------------------------- privacy

-- Who was forgotten, by id. What the processor or the platform tells about them afterwards is forgotten again.
CREATE TABLE privacy_erasures (
  subject_type VARCHAR(8) NOT NULL CHECK (subject_type IN ('GUEST', 'CUSTOMER', 'PAYMENT')),
  subject_id VARCHAR(255) NOT NULL,                                 -- a guest's public id, an account's id, a payment's id
  requested_by VARCHAR(300) NOT NULL,                               -- actor label
  requested_at TIMESTAMPTZ NOT NULL,
  applied_at TIMESTAMPTZ,                                           -- the last time that everything was gone through
  PRIMARY KEY (subject_type, subject_id)
);
CREATE INDEX privacy_erasures_applied_at_idx ON privacy_erasures (applied_at);
-- Where an account sat.
CREATE INDEX guest_sessions_user_id_idx ON guest_sessions (user_id) WHERE user_id IS NOT NULL;

-- ---------------------------------------------------------------- exports

CREATE TABLE export_jobs (
  id UUID PRIMARY KEY,
  restaurant_id VARCHAR(255) REFERENCES restaurants (id),           -- NULL: of all restaurants, for admins
  kind VARCHAR(32) NOT NULL,
  format VARCHAR(4) NOT NULL CHECK (format IN ('csv', 'pdf')),
  filters JSONB NOT NULL,
  state VARCHAR(8) NOT NULL DEFAULT 'WAITING' CHECK (state IN ('WAITING', 'RUNNING', 'DONE', 'FAILED')),
  requested_by VARCHAR(300) NOT NULL,                               -- actor label
  token VARCHAR(64) NOT NULL UNIQUE,                                -- of the link
  row_count BIGINT NOT NULL DEFAULT 0,                              -- progress
  byte_count BIGINT NOT NULL DEFAULT 0,
  attempt SMALLINT NOT NULL DEFAULT 0,
  lease_until TIMESTAMPTZ,                                          -- while RUNNING
  failure_reason TEXT,
  created_at TIMESTAMPTZ NOT NULL,
  finished_at TIMESTAMPTZ,
  expires_at TIMESTAMPTZ,                                           -- of the link and the file
  CONSTRAINT done_expires CHECK (state <> 'DONE' OR expires_at IS NOT NULL)
);
CREATE INDEX export_jobs_restaurant_id_idx ON export_jobs (restaurant_id, id DESC);
CREATE INDEX export_jobs_unfinished_idx ON export_jobs (created_at) WHERE state IN ('WAITING', 'RUNNING');
CREATE INDEX export_jobs_expires_at_idx ON export_jobs (expires_at);

-- The file in parts, as nodes keep nothing.
CREATE TABLE export_chunks (
  job_id UUID NOT NULL REFERENCES export_jobs (id) ON DELETE CASCADE,
  sequence INTEGER NOT NULL,
  bytes BYTEA NOT NULL,
  PRIMARY KEY (job_id, sequence)
);
