-- Live split calculations: how the guests of a table divide its bill among themselves, round by round.

CREATE TABLE split_calculations (
  id UUID PRIMARY KEY,
  table_session_id VARCHAR(255) NOT NULL UNIQUE REFERENCES table_sessions (id),
  type VARCHAR(16) NOT NULL CHECK (type IN ('EQUAL', 'BY_PERCENTAGE', 'BY_AMOUNT', 'BY_ITEMS')),
  participants JSONB NOT NULL,                                      -- guests' public ids, in the order of their shares
  choices JSONB NOT NULL,                                           -- percentages in ppm, amounts in minor units, items
  round INTEGER NOT NULL DEFAULT 1,
  first_round INTEGER NOT NULL DEFAULT 1,                           -- of the present bill; later ones follow a forced unlock
  base_amount BIGINT CHECK (base_amount >= 0),                      -- frozen by the round's first payment, as are the shares
  shares JSONB,
  locked_by UUID,                                                   -- the guest whose explicit hold it is; payments hold by themselves
  lock_reason VARCHAR(64),
  locked_at TIMESTAMPTZ(3),
  locked_until TIMESTAMPTZ(3),                                      -- without a payment it holds no longer
  updated_by UUID NOT NULL,                                         -- the guest's public id
  updated_at TIMESTAMPTZ(3) NOT NULL,
  stamped_at TIMESTAMPTZ(3) NOT NULL,                               -- of the last live event: strictly rising
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT rounds_rise CHECK (first_round BETWEEN 1 AND round),
  CONSTRAINT frozen_whole CHECK ((base_amount IS NULL) = (shares IS NULL)),
  CONSTRAINT lock_whole CHECK ((locked_by IS NULL) = (locked_at IS NULL) AND (locked_by IS NULL) = (lock_reason IS NULL)
    AND (locked_by IS NULL) = (locked_until IS NULL))
);
CREATE INDEX split_calculations_locked_until_idx ON split_calculations (locked_until) WHERE locked_until IS NOT NULL;

-- The round whose share a payment is. Its hold on the calculation is its own status.
ALTER TABLE payments
  ADD COLUMN split_calculation_id UUID REFERENCES split_calculations (id),
  ADD COLUMN split_round INTEGER,
  ADD CONSTRAINT split_calculation_whole CHECK ((split_calculation_id IS NULL) = (split_round IS NULL));
CREATE INDEX payments_split_calculation_id_idx ON payments (split_calculation_id) WHERE split_calculation_id IS NOT NULL;
