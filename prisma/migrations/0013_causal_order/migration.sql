-- Live events in the order in which they happened (docs/adr/0027): the number that they are sorted by rises with time, not with
-- the moment at which their transaction began.

-- The writer's own transaction or the last that has ended by now, whichever is higher. It must be VOLATILE and not SQL: only so does it see
-- who has ended while the statement that calls it was waiting for a lock.
CREATE FUNCTION outbox_order() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN greatest(pg_current_xact_id()::text::bigint, pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1);
END $$;
ALTER TABLE outbox_events ALTER COLUMN xid SET DEFAULT outbox_order();
