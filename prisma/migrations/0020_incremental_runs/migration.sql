-- Incremental runs: the days on which anything was open or has changed, and since when changes counted.

ALTER TABLE reconciliation_runs
  ADD COLUMN days DATE[],                                           -- those compared; NULL: all from from_day to to_day
  ADD COLUMN changed_since TIMESTAMPTZ,                             -- by the database's clock; NULL: all that there is
  ADD CONSTRAINT days_of_incremental CHECK ((kind = 'INCREMENTAL') = (days IS NOT NULL) AND cardinality(days) > 0),
  ADD CONSTRAINT incremental_of_restaurant CHECK (kind <> 'INCREMENTAL' OR scope = 'RESTAURANT');

-- The newest run of a kind, for each restaurant every few minutes.
CREATE INDEX reconciliation_runs_kind_idx ON reconciliation_runs (restaurant_id, kind, to_day DESC, id DESC);
-- Those that found nothing go by age, and nothing may name them then.
CREATE INDEX reconciliation_runs_idle_idx ON reconciliation_runs (created_at) WHERE kind = 'INCREMENTAL' AND break_count = 0;
CREATE INDEX discrepancies_run_id_idx ON discrepancies (run_id);
