-- Fixed groups: a bill divided into shares that sum to it, one payment each.

CREATE TABLE split_groups (
  id UUID PRIMARY KEY,
  restaurant_id VARCHAR(255) NOT NULL REFERENCES restaurants (id),
  order_id VARCHAR(255) NOT NULL REFERENCES orders (id),            -- the first covered order, as payments have it
  table_session_id VARCHAR(255) REFERENCES table_sessions (id),
  currency VARCHAR(3) NOT NULL,
  total_amount INTEGER NOT NULL CHECK (total_amount > 0),           -- what was due, without own tips: the shares' sum
  state VARCHAR(12) NOT NULL DEFAULT 'OPEN'
    CHECK (state IN ('OPEN', 'COMPLETED', 'INCOMPLETE', 'CANCELLING', 'CANCELLED')),
  fingerprint VARCHAR(64) NOT NULL,                                 -- of the request: a second tap finds its group
  created_by VARCHAR(300) NOT NULL,                                 -- actor label
  cancelled_by VARCHAR(300),
  cancel_reason TEXT,
  checked_at TIMESTAMPTZ,                                           -- when the janitor last looked at one that is being cancelled
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  completed_at TIMESTAMPTZ,
  cancelled_at TIMESTAMPTZ
);
CREATE INDEX split_groups_restaurant_id_idx ON split_groups (restaurant_id, id DESC);
CREATE INDEX split_groups_order_id_idx ON split_groups (order_id) WHERE state = 'OPEN';
CREATE INDEX split_groups_cancelling_idx ON split_groups (checked_at) WHERE state = 'CANCELLING';

-- participant_id: guest session, user, or the row's own id for somebody known by name alone. status follows the payment's
-- (services/splits/follow-payment.ts).
ALTER TABLE split_payment_participants
  ADD CONSTRAINT split_payment_participants_split_group_id_fkey FOREIGN KEY (split_group_id) REFERENCES split_groups (id);
DROP INDEX split_payment_participants_payment_id_idx;
CREATE UNIQUE INDEX split_payment_participants_payment_id_key ON split_payment_participants (payment_id);

-- The other shape that the intent may have while a change of share is under way: see services/splits/share-change.ts.
ALTER TABLE payments ADD COLUMN pending_share JSONB;
