-- Intents that are of no use to their payment, as it has another or is closed, until the processor has ended them: nobody may
-- pay one. A row goes when its intent is over.

CREATE TABLE surplus_intents (
  intent_id VARCHAR(255) PRIMARY KEY,
  payment_id UUID NOT NULL REFERENCES payments (id),
  attempt INTEGER NOT NULL DEFAULT 1 CHECK (attempt >= 1),          -- of its cancellation; each has a key of its own
  checked_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX surplus_intents_checked_at_idx ON surplus_intents (checked_at);
