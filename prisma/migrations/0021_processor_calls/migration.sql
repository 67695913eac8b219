-- Every request to the processor that is about a payment (src/services/processor-calls): also those that change nothing there,
-- were refused, or never got an answer. Ids and codes only.
CREATE TABLE processor_calls (
  id UUID PRIMARY KEY,
  subject_id VARCHAR(255) NOT NULL,                                 -- payment, or the processor's intent, charge, dispute, transaction
  operation VARCHAR(32) NOT NULL,
  request_key VARCHAR(255),                                         -- NULL: it only asked
  outcome VARCHAR(12) NOT NULL CHECK (outcome IN ('OK', 'REFUSED', 'UNAVAILABLE', 'UNKNOWN')),
  error_code VARCHAR(64),
  duration_ms INTEGER NOT NULL CHECK (duration_ms >= 0),
  called_at TIMESTAMPTZ NOT NULL,
  CONSTRAINT only_failures_have_errors CHECK ((outcome = 'OK') = (error_code IS NULL))
);
CREATE INDEX processor_calls_subject_idx ON processor_calls (subject_id);
-- Rows come in the order of time and go by age: a few pages of index are enough.
CREATE INDEX processor_calls_called_at_idx ON processor_calls USING brin (called_at);

CREATE TRIGGER processor_calls_append_only BEFORE UPDATE OR DELETE ON processor_calls
  FOR EACH ROW EXECUTE FUNCTION refuse_young_record('called_at');
CREATE TRIGGER processor_calls_no_truncate BEFORE TRUNCATE ON processor_calls FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
