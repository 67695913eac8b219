-- Live events: some are of no restaurant; a client catches up on one restaurant's; old ones go after their retention.

ALTER TABLE outbox_events ALTER COLUMN restaurant_id DROP NOT NULL;
CREATE INDEX outbox_events_restaurant_idx ON outbox_events (restaurant_id, xid, position);

-- Up to where events were deleted: who resumes from before it must load everything anew.
CREATE TABLE outbox_horizon (
  id BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (id),
  xid BIGINT NOT NULL DEFAULT 0,
  position BIGINT NOT NULL DEFAULT 0
);
INSERT INTO outbox_horizon DEFAULT VALUES;

-- Live events are append-only for at least a day (the least that OUTBOX_RETENTION_DAYS can say); then the worker may delete them.
CREATE FUNCTION refuse_young_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_user = 'tabsy_maintenance' OR (TG_OP = 'DELETE' AND OLD.created_at < now() - interval '1 day') THEN
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER outbox_events_append_only ON outbox_events;
CREATE TRIGGER outbox_events_append_only BEFORE UPDATE OR DELETE ON outbox_events FOR EACH ROW EXECUTE FUNCTION refuse_young_delete();

-- Up to which event each restaurant was told that its figures have moved, so that all nodes together tell it twice a second at most.
CREATE TABLE analytics_announcements (
  restaurant_id VARCHAR(255) PRIMARY KEY,
  through_xid BIGINT NOT NULL,
  through_position BIGINT NOT NULL,
  announced_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
