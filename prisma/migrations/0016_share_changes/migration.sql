-- A change of several shares is kept until it has ended, so that the janitor finishes what a crash left in the middle.
ALTER TABLE split_groups
  ADD COLUMN pending_change JSONB,                                  -- operation and steps: see services/splits/take-steps.ts
  ADD COLUMN change_touched_at TIMESTAMPTZ,                         -- when somebody was last at it
  ADD CONSTRAINT change_whole CHECK ((pending_change IS NULL) = (change_touched_at IS NULL));
CREATE INDEX split_groups_pending_change_idx ON split_groups (change_touched_at) WHERE pending_change IS NOT NULL;

-- participant_id: what others may see of a guest, instead of the secret session id; user, or the row's own id.
UPDATE split_payment_participants s SET participant_id = g.public_id::text FROM guest_sessions g WHERE g.id = s.participant_id;
