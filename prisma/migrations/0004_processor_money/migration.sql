-- What the processor says moved: disputes, balance transactions with their fees, payouts. Amounts are minor units.

-- ---------------------------------------------------------------- disputes

CREATE TABLE disputes (
  id VARCHAR(255) PRIMARY KEY,                                      -- the processor's
  payment_id UUID NOT NULL REFERENCES payments (id),
  restaurant_id VARCHAR(255) NOT NULL REFERENCES restaurants (id),
  charge_id VARCHAR(255),
  amount BIGINT NOT NULL CHECK (amount >= 0),
  currency VARCHAR(3) NOT NULL,
  status VARCHAR(32) NOT NULL,                                      -- the processor's word; see domain/dispute.ts
  reason VARCHAR(64) NOT NULL,
  evidence_due_at TIMESTAMPTZ,
  has_evidence BOOLEAN NOT NULL,
  submission_count INTEGER NOT NULL CHECK (submission_count >= 0),
  opened_at TIMESTAMPTZ NOT NULL,
  closed_at TIMESTAMPTZ,
  fact_at BIGINT NOT NULL,                                          -- the second of the newest fact, and its rank within it
  fact_rank SMALLINT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX disputes_restaurant_id_idx ON disputes (restaurant_id, opened_at DESC, id DESC);
CREATE INDEX disputes_opened_at_idx ON disputes (opened_at DESC, id DESC);
CREATE INDEX disputes_payment_id_idx ON disputes (payment_id);
CREATE INDEX disputes_due_idx ON disputes (evidence_due_at) WHERE closed_at IS NULL;

-- What a restaurant answers a bank: personal data, erasable on its own. files: ids at the processor, names, sizes.
CREATE TABLE dispute_evidence (
  id UUID PRIMARY KEY,
  dispute_id VARCHAR(255) NOT NULL REFERENCES disputes (id),
  texts JSONB NOT NULL,
  files JSONB NOT NULL,
  state VARCHAR(12) NOT NULL DEFAULT 'SENDING' CHECK (state IN ('SENDING', 'SUBMITTED', 'REFUSED')),
  attempt SMALLINT NOT NULL DEFAULT 1,
  failure_reason TEXT,
  submitted_by VARCHAR(300) NOT NULL,                               -- actor label
  checked_at TIMESTAMPTZ,
  finished_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX dispute_evidence_dispute_id_idx ON dispute_evidence (dispute_id);
CREATE UNIQUE INDEX dispute_evidence_sending_key ON dispute_evidence (dispute_id) WHERE state = 'SENDING';

-- ---------------------------------------------------------------- balance transactions and payouts

CREATE TABLE payouts (
  id VARCHAR(255) PRIMARY KEY,
  amount BIGINT NOT NULL,                                           -- negative: the processor debits the bank
  currency VARCHAR(3) NOT NULL,
  status VARCHAR(16) NOT NULL CHECK (status IN ('pending', 'in_transit', 'paid', 'failed', 'canceled')),
  is_automatic BOOLEAN NOT NULL,
  reconciliation_status VARCHAR(16) NOT NULL,
  failure_code VARCHAR(64),
  trace_id VARCHAR(255),                                            -- how the bank line names it
  arrival_at TIMESTAMPTZ NOT NULL,
  occurred_at TIMESTAMPTZ NOT NULL,                                 -- when the processor made it
  lines_state VARCHAR(8) NOT NULL DEFAULT 'WAITING' CHECK (lines_state IN ('WAITING', 'DUE', 'KEPT', 'NONE')),
  posted_at TIMESTAMPTZ,
  reversed_at TIMESTAMPTZ,                                          -- it came back after it was posted
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT posted_before_reversed CHECK (reversed_at IS NULL OR posted_at IS NOT NULL)
);
CREATE INDEX payouts_occurred_at_idx ON payouts (occurred_at DESC, id DESC);
CREATE INDEX payouts_lines_due_idx ON payouts (occurred_at) WHERE lines_state = 'DUE';
CREATE INDEX payouts_unposted_idx ON payouts (occurred_at) WHERE posted_at IS NULL AND status = 'paid';
CREATE INDEX payouts_returned_idx ON payouts (occurred_at)
  WHERE posted_at IS NOT NULL AND reversed_at IS NULL AND status IN ('failed', 'canceled');

-- Every movement of the account's balance, as the processor lists it. One account serves all restaurants.
CREATE TABLE processor_transactions (
  id VARCHAR(255) PRIMARY KEY,
  type VARCHAR(64) NOT NULL,
  reporting_category VARCHAR(64) NOT NULL,
  source_id VARCHAR(255),                                           -- charge, refund (payment_refunds.refund_id), dispute (disputes.id), payout
  source_amount BIGINT,                                             -- in the source's own currency, which may be another
  source_currency VARCHAR(3),
  intent_id VARCHAR(255),
  charge_id VARCHAR(255),
  claimed_payment_id UUID,                                          -- of the source's metadata
  gross_amount BIGINT NOT NULL,
  fee_amount BIGINT NOT NULL,
  net_amount BIGINT NOT NULL,
  currency VARCHAR(3) NOT NULL,
  available_on TIMESTAMPTZ NOT NULL,
  occurred_at TIMESTAMPTZ NOT NULL,
  payout_id VARCHAR(255),
  payment_id UUID REFERENCES payments (id),
  restaurant_id VARCHAR(255) REFERENCES restaurants (id),           -- NULL once posted: belongs to no restaurant
  posted_at TIMESTAMPTZ,
  checked_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT net_is_gross_less_fee CHECK (net_amount = gross_amount - fee_amount),
  CONSTRAINT restaurant_of_payment CHECK ((payment_id IS NULL) = (restaurant_id IS NULL))
);
CREATE INDEX processor_transactions_occurred_at_idx ON processor_transactions (occurred_at DESC, id DESC);
CREATE INDEX processor_transactions_restaurant_id_idx ON processor_transactions (restaurant_id, occurred_at);
CREATE INDEX processor_transactions_payment_id_idx ON processor_transactions (payment_id);
CREATE INDEX processor_transactions_source_id_idx ON processor_transactions (source_id);
CREATE INDEX processor_transactions_charge_id_idx ON processor_transactions (charge_id);
CREATE INDEX processor_transactions_payout_id_idx ON processor_transactions (payout_id);
CREATE INDEX processor_transactions_unposted_idx ON processor_transactions (checked_at NULLS FIRST, occurred_at, id) WHERE posted_at IS NULL;

-- Ids that an event named and nobody has fetched yet.
CREATE TABLE awaited_transactions (
  id VARCHAR(255) PRIMARY KEY,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- How a payout divides among restaurants; what belongs to none is labelled, so that the shares always sum to the payout.
CREATE TABLE payout_shares (
  payout_id VARCHAR(255) NOT NULL REFERENCES payouts (id),
  line SMALLINT NOT NULL,
  kind VARCHAR(20) NOT NULL
    CHECK (kind IN ('RESTAURANT', 'ACCOUNT_FEES', 'UNASSIGNED', 'RETURNED_PAYOUT', 'NOT_ITEMISED', 'REMAINDER')),
  restaurant_id VARCHAR(255) REFERENCES restaurants (id),
  amount BIGINT NOT NULL CHECK (amount <> 0),
  PRIMARY KEY (payout_id, line),
  CONSTRAINT restaurant_of_share CHECK ((kind = 'RESTAURANT') = (restaurant_id IS NOT NULL))
);
CREATE INDEX payout_shares_restaurant_id_idx ON payout_shares (restaurant_id, payout_id);

-- ---------------------------------------------------------------- ledger

-- NULL: the platform's own books, for money at the processor that belongs to no restaurant (docs/adr/0026).
ALTER TABLE ledger_transactions ALTER COLUMN restaurant_id DROP NOT NULL;
CREATE INDEX ledger_transactions_journal_idx ON ledger_transactions (business_day, id);

INSERT INTO ledger_accounts (code, name, type) VALUES
  ('CURRENCY_EXCHANGE', 'Money that the processor changed into its settlement currency', 'ASSET');
