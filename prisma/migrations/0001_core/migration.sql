-- The payment core: the platform's facts, payments, ledger, inbox, outbox, audit.
-- Amounts are integer minor units. Ids of the platform are text, ours are UUIDv7.

CREATE TYPE payment_method_enum AS ENUM ('CARD', 'CASH', 'DIGITAL_WALLET', 'CRYPTO');
CREATE TYPE payment_provider_enum AS ENUM ('STRIPE', 'PAYPAL', 'SQUARE', 'CASH');
CREATE TYPE payment_status_enum AS ENUM (
  'PENDING', 'PROCESSING', 'COMPLETED', 'FAILED', 'CANCELLED', 'REFUNDED', 'PARTIALLY_REFUNDED'
);

-- ---------------------------------------------------------------- the platform's facts (synced by version)

CREATE TABLE restaurants (
  id VARCHAR(255) PRIMARY KEY,
  name TEXT NOT NULL,
  currency VARCHAR(3) NOT NULL CHECK (currency = upper(currency) AND length(currency) = 3),
  time_zone VARCHAR(64) NOT NULL,
  closing_hour SMALLINT NOT NULL DEFAULT 0 CHECK (closing_hour BETWEEN 0 AND 12),
  locale VARCHAR(35) NOT NULL DEFAULT 'en-US',
  address TEXT,
  max_payment_amount INTEGER CHECK (max_payment_amount > 0),
  stripe_account_id VARCHAR(255),
  version BIGINT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE TABLE tables (
  id VARCHAR(255) PRIMARY KEY,
  restaurant_id VARCHAR(255) NOT NULL REFERENCES restaurants (id),
  name TEXT NOT NULL,
  version BIGINT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX tables_restaurant_id_idx ON tables (restaurant_id);

CREATE TABLE users (
  id VARCHAR(255) PRIMARY KEY,
  email TEXT,
  name TEXT,
  stripe_customer_id VARCHAR(255) UNIQUE,
  version BIGINT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE TABLE memberships (
  user_id VARCHAR(255) NOT NULL REFERENCES users (id),
  restaurant_id VARCHAR(255) NOT NULL REFERENCES restaurants (id),
  role VARCHAR(16) NOT NULL CHECK (role IN ('OWNER', 'STAFF')),
  PRIMARY KEY (user_id, restaurant_id)
);
CREATE INDEX memberships_restaurant_id_idx ON memberships (restaurant_id);

CREATE TABLE table_sessions (
  id VARCHAR(255) PRIMARY KEY,
  restaurant_id VARCHAR(255) NOT NULL REFERENCES restaurants (id),
  table_id VARCHAR(255) NOT NULL REFERENCES tables (id),
  code VARCHAR(64) NOT NULL,
  status VARCHAR(24) NOT NULL CHECK (status IN ('ACTIVE', 'ORDERING_LOCKED', 'PAYMENT_PENDING', 'CLOSED')),
  expires_at TIMESTAMPTZ NOT NULL,
  extended_until TIMESTAMPTZ,                                       -- ours: guests asked for more time; the later of both counts
  closed_at TIMESTAMPTZ,
  version BIGINT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX table_sessions_restaurant_id_idx ON table_sessions (restaurant_id, status);

-- id is the guest's secret on the legacy wire; public_id is what others may see.
CREATE TABLE guest_sessions (
  id VARCHAR(255) PRIMARY KEY,
  public_id UUID NOT NULL UNIQUE,
  table_session_id VARCHAR(255) NOT NULL REFERENCES table_sessions (id),
  user_id VARCHAR(255) REFERENCES users (id),
  name TEXT,
  is_host BOOLEAN NOT NULL DEFAULT FALSE,
  joined_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  left_at TIMESTAMPTZ,
  version BIGINT NOT NULL
);
CREATE INDEX guest_sessions_table_session_id_idx ON guest_sessions (table_session_id);

CREATE TABLE orders (
  id VARCHAR(255) PRIMARY KEY,
  restaurant_id VARCHAR(255) NOT NULL REFERENCES restaurants (id),
  table_id VARCHAR(255) REFERENCES tables (id),
  table_session_id VARCHAR(255) REFERENCES table_sessions (id),
  customer_id VARCHAR(255) REFERENCES users (id),
  guest_session_id VARCHAR(255) REFERENCES guest_sessions (id),
  order_number VARCHAR(64) NOT NULL,
  status VARCHAR(16) NOT NULL CHECK (status IN ('RECEIVED', 'PREPARING', 'READY', 'DELIVERED', 'COMPLETED', 'CANCELLED')),
  currency VARCHAR(3) NOT NULL,
  subtotal_amount INTEGER NOT NULL CHECK (subtotal_amount >= 0),
  tax_amount INTEGER NOT NULL DEFAULT 0 CHECK (tax_amount >= 0),
  tip_amount INTEGER NOT NULL DEFAULT 0 CHECK (tip_amount >= 0),
  round_number INTEGER NOT NULL DEFAULT 1 CHECK (round_number > 0),
  placed_at TIMESTAMPTZ NOT NULL,
  version BIGINT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX orders_restaurant_id_idx ON orders (restaurant_id, placed_at);
CREATE INDEX orders_table_session_id_idx ON orders (table_session_id);

CREATE TABLE order_items (
  id VARCHAR(255) PRIMARY KEY,
  order_id VARCHAR(255) NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  line SMALLINT NOT NULL,
  menu_item_id VARCHAR(255),
  name TEXT NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  unit_amount INTEGER NOT NULL CHECK (unit_amount >= 0),
  subtotal_amount INTEGER NOT NULL CHECK (subtotal_amount >= 0)
);
CREATE INDEX order_items_order_id_idx ON order_items (order_id, line);

-- What the bill of an order has received. Ours, beside the platform's row; offered by change position.
CREATE TABLE order_payment_states (
  order_id VARCHAR(255) PRIMARY KEY REFERENCES orders (id),
  restaurant_id VARCHAR(255) NOT NULL REFERENCES restaurants (id),
  state VARCHAR(16) NOT NULL CHECK (state IN ('UNPAID', 'PARTIALLY_PAID', 'PAID', 'OVERPAID', 'REFUNDED')),
  captured_amount BIGINT NOT NULL DEFAULT 0 CHECK (captured_amount >= 0),
  refunded_amount BIGINT NOT NULL DEFAULT 0 CHECK (refunded_amount BETWEEN 0 AND captured_amount),
  change_xid BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
  change_position BIGINT GENERATED BY DEFAULT AS IDENTITY,
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX order_payment_states_change_idx ON order_payment_states (change_xid, change_position);

-- ---------------------------------------------------------------- payments

CREATE TABLE payments (
  id UUID PRIMARY KEY,
  order_id VARCHAR(255) NOT NULL REFERENCES orders (id),            -- the first covered order; all of them in payment_allocations
  restaurant_id VARCHAR(255) NOT NULL REFERENCES restaurants (id),
  customer_id VARCHAR(255) REFERENCES users (id),
  session_id VARCHAR(255) REFERENCES guest_sessions (id),
  table_id VARCHAR(255) REFERENCES tables (id),
  table_session_id VARCHAR(255) REFERENCES table_sessions (id),
  payer_key VARCHAR(300) NOT NULL,                                  -- who pays: guest:<id>, user:<id>
  scope VARCHAR(16) NOT NULL DEFAULT 'ORDER' CHECK (scope IN ('ORDER', 'TABLE_SESSION')),

  amount INTEGER NOT NULL,
  tip_amount INTEGER NOT NULL DEFAULT 0,
  tax_amount INTEGER NOT NULL DEFAULT 0,
  total_amount INTEGER NOT NULL,
  refunded_amount INTEGER NOT NULL DEFAULT 0,
  tip_refund_amount INTEGER NOT NULL DEFAULT 0,
  over_collected_amount INTEGER NOT NULL DEFAULT 0,                 -- part of a capture that the bill had no room for

  currency VARCHAR(3) NOT NULL DEFAULT 'USD',
  method payment_method_enum NOT NULL,
  provider payment_provider_enum NOT NULL,
  status payment_status_enum NOT NULL DEFAULT 'PENDING',

  payment_intent_id VARCHAR(255),
  transaction_id VARCHAR(255),
  client_secret VARCHAR(500),
  stripe_charge_id VARCHAR(255),
  card_brand VARCHAR(20),
  card_last4 VARCHAR(4),
  card_funding VARCHAR(16),
  wallet VARCHAR(32),
  fee_amount INTEGER,
  net_amount INTEGER,

  creation_state VARCHAR(16) NOT NULL DEFAULT 'NONE',               -- the call that creates the intent: see services/payments/ensure-intent.ts
  creation_attempt SMALLINT NOT NULL DEFAULT 1,
  creation_params JSONB,
  creation_started_at TIMESTAMPTZ,
  pending_tip_amount INTEGER,                                       -- a change of tip whose outcome at Stripe is not known yet
  change_sequence INTEGER NOT NULL DEFAULT 0,
  change_started_at TIMESTAMPTZ,
  pending_method payment_method_enum,                               -- becomes this once Stripe has cancelled the intent
  checked_at TIMESTAMPTZ,                                           -- when recovery last looked at it
  fact_at BIGINT,                                                   -- Stripe's second of the newest applied fact, and its rank
  fact_rank SMALLINT,

  receipt_url VARCHAR(500) UNIQUE,                                  -- path /r/<unguessable token>, below PUBLIC_URL
  receipt_number VARCHAR(50),
  receipt_expires_at TIMESTAMPTZ,                                   -- of the link, not of the receipt
  failure_reason TEXT,
  failure_code VARCHAR(64),
  retry_count INTEGER NOT NULL DEFAULT 0,

  split_group_id UUID,
  is_split_payment BOOLEAN NOT NULL DEFAULT FALSE,
  metadata JSONB,

  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  completed_at TIMESTAMPTZ,
  business_day DATE,                                                -- of completion, in the restaurant's zone
  expires_at TIMESTAMPTZ,

  CONSTRAINT positive_amounts CHECK (amount > 0 AND tip_amount >= 0 AND tax_amount >= 0 AND total_amount > 0),
  CONSTRAINT valid_total CHECK (total_amount = amount + tip_amount + tax_amount),
  CONSTRAINT valid_refunds CHECK (refunded_amount BETWEEN 0 AND total_amount AND tip_refund_amount BETWEEN 0 AND tip_amount),
  CONSTRAINT valid_creation CHECK (creation_state IN ('NONE', 'PENDING', 'UNKNOWN', 'CREATED', 'REFUSED')),
  CONSTRAINT retries_bounded CHECK (retry_count BETWEEN 0 AND 3)
);
CREATE INDEX idx_payments_order_id ON payments (order_id);
CREATE INDEX idx_payments_restaurant_id ON payments (restaurant_id, id DESC);
CREATE INDEX idx_payments_status ON payments (status);
CREATE INDEX idx_payments_created_at ON payments (created_at DESC, id DESC);
CREATE UNIQUE INDEX idx_payments_payment_intent_id ON payments (payment_intent_id);
CREATE INDEX idx_payments_split_group_id ON payments (split_group_id) WHERE split_group_id IS NOT NULL;
CREATE INDEX idx_payments_table_session_id ON payments (table_session_id) WHERE table_session_id IS NOT NULL;
CREATE INDEX idx_payments_customer_id ON payments (customer_id, created_at DESC) WHERE customer_id IS NOT NULL;
CREATE INDEX idx_payments_unfinished_creation ON payments (creation_started_at) WHERE creation_state IN ('PENDING', 'UNKNOWN');
CREATE INDEX idx_payments_open_expiry ON payments (expires_at) WHERE status IN ('PENDING', 'PROCESSING', 'FAILED');

-- Which part of which order a payment covers. tip_amount is the order's own tip, not the payer's.
CREATE TABLE payment_allocations (
  payment_id UUID NOT NULL REFERENCES payments (id),
  order_id VARCHAR(255) NOT NULL REFERENCES orders (id),
  subtotal_amount INTEGER NOT NULL CHECK (subtotal_amount >= 0),
  tax_amount INTEGER NOT NULL CHECK (tax_amount >= 0),
  tip_amount INTEGER NOT NULL CHECK (tip_amount >= 0),
  refunded_amount INTEGER NOT NULL DEFAULT 0,                       -- all of it, with the next two
  refunded_tax_amount INTEGER NOT NULL DEFAULT 0,
  refunded_tip_amount INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (payment_id, order_id),
  CONSTRAINT refund_within_allocation CHECK (refunded_tax_amount BETWEEN 0 AND tax_amount AND refunded_tip_amount BETWEEN 0 AND tip_amount
    AND refunded_amount - refunded_tax_amount - refunded_tip_amount BETWEEN 0 AND subtotal_amount)
);
CREATE INDEX payment_allocations_order_id_idx ON payment_allocations (order_id);

CREATE TABLE payment_refunds (
  id UUID PRIMARY KEY,
  payment_id UUID NOT NULL REFERENCES payments (id),
  refund_amount INTEGER NOT NULL,
  tip_refund_amount INTEGER NOT NULL DEFAULT 0,
  tax_refund_amount INTEGER NOT NULL DEFAULT 0,
  guest_credit_amount INTEGER NOT NULL DEFAULT 0,                   -- the part that pays over-collected money back
  order_amounts JSONB NOT NULL DEFAULT '{}',                        -- by order id: {subtotalMinor, taxMinor, tipMinor} it gets back
  reason TEXT NOT NULL,
  refund_id VARCHAR(255) UNIQUE,
  status VARCHAR(20) NOT NULL DEFAULT 'PROCESSING' CHECK (status IN ('PROCESSING', 'COMPLETED', 'FAILED')),
  failure_reason TEXT,
  requested_by VARCHAR(300),                                        -- actor label; null: made in Stripe's dashboard
  attempt SMALLINT NOT NULL DEFAULT 1,
  checked_at TIMESTAMPTZ,
  processed_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT positive_refund_amount CHECK (refund_amount > 0),
  CONSTRAINT parts_within_refund CHECK (tip_refund_amount >= 0 AND tax_refund_amount >= 0 AND guest_credit_amount >= 0
    AND tip_refund_amount + tax_refund_amount <= refund_amount AND guest_credit_amount <= refund_amount)
);
CREATE INDEX payment_refunds_payment_id_idx ON payment_refunds (payment_id);
CREATE INDEX payment_refunds_unfinished_idx ON payment_refunds (created_at) WHERE status = 'PROCESSING';

CREATE TABLE split_payment_participants (
  id UUID PRIMARY KEY,
  split_group_id UUID NOT NULL,
  payment_id UUID NOT NULL REFERENCES payments (id),
  participant_id VARCHAR(255) NOT NULL,
  participant_name VARCHAR(255),
  participant_email VARCHAR(320),
  amount INTEGER NOT NULL,
  tip_amount INTEGER NOT NULL DEFAULT 0,
  status payment_status_enum NOT NULL DEFAULT 'PENDING',
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT positive_split_amount CHECK (amount > 0 AND tip_amount >= 0)
);
CREATE INDEX idx_split_participants_group_id ON split_payment_participants (split_group_id);
CREATE INDEX split_payment_participants_payment_id_idx ON split_payment_participants (payment_id);

CREATE TABLE payment_methods (
  id UUID PRIMARY KEY,
  customer_id VARCHAR(255) REFERENCES users (id),
  stripe_payment_method_id VARCHAR(255) UNIQUE,
  type VARCHAR(50) NOT NULL,
  card_brand VARCHAR(20),
  card_last4 VARCHAR(4),
  card_exp_month INTEGER,
  card_exp_year INTEGER,
  is_default BOOLEAN NOT NULL DEFAULT FALSE,
  is_active BOOLEAN NOT NULL DEFAULT TRUE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX payment_methods_customer_id_idx ON payment_methods (customer_id);

-- Receipts are numbered per restaurant and business day.
CREATE TABLE receipt_counters (
  restaurant_id VARCHAR(255) NOT NULL REFERENCES restaurants (id),
  business_day DATE NOT NULL,
  last_sequence INTEGER NOT NULL,
  PRIMARY KEY (restaurant_id, business_day)
);
CREATE UNIQUE INDEX payments_receipt_number_key ON payments (restaurant_id, receipt_number) WHERE receipt_number IS NOT NULL;

-- ---------------------------------------------------------------- doing things once

CREATE TABLE idempotency_keys (
  scope VARCHAR(400) NOT NULL,                                      -- actor and procedure
  key VARCHAR(255) NOT NULL,
  fingerprint VARCHAR(64) NOT NULL,
  result JSONB,                                                     -- ids, never secrets
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at);

-- The inbox. Unique event ids stay here for ever; payloads beside it may expire.
CREATE TABLE webhook_events (
  event_id VARCHAR(255) PRIMARY KEY,
  type VARCHAR(100) NOT NULL,
  object_id VARCHAR(255) NOT NULL,
  event_created_at TIMESTAMPTZ NOT NULL,
  state VARCHAR(12) NOT NULL DEFAULT 'RECEIVED'
    CHECK (state IN ('RECEIVED', 'APPLIED', 'IGNORED', 'WAITING', 'RETRY', 'DEAD')),
  source VARCHAR(12) NOT NULL DEFAULT 'DELIVERY' CHECK (source IN ('DELIVERY', 'SWEEP')),
  waiting_for VARCHAR(255),
  attempts INTEGER NOT NULL DEFAULT 0,
  next_attempt_at TIMESTAMPTZ,
  outcome VARCHAR(255),
  last_error TEXT,
  received_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),               -- milliseconds: what a page marker can hold
  finished_at TIMESTAMPTZ
);
CREATE INDEX webhook_events_due_idx ON webhook_events (next_attempt_at) WHERE state IN ('RECEIVED', 'RETRY', 'WAITING');
CREATE INDEX webhook_events_waiting_idx ON webhook_events (waiting_for) WHERE state = 'WAITING';
CREATE INDEX webhook_events_object_id_idx ON webhook_events (object_id);

CREATE TABLE webhook_payloads (
  event_id VARCHAR(255) PRIMARY KEY REFERENCES webhook_events (event_id),
  payload JSONB NOT NULL,
  received_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- Where a resumable reader of Stripe's lists stands.
CREATE TABLE processor_cursors (
  name VARCHAR(64) PRIMARY KEY,
  position VARCHAR(255) NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- ---------------------------------------------------------------- append-only: live events, ledger, audit

-- Readers take rows whose xid is below the oldest running transaction, in (xid, position) order: no gap appears later.
CREATE TABLE outbox_events (
  position BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  xid BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
  event_id UUID NOT NULL UNIQUE,
  type VARCHAR(64) NOT NULL,
  restaurant_id VARCHAR(255) NOT NULL,
  order_id VARCHAR(255),
  table_session_id VARCHAR(255),
  payment_id UUID,
  payload JSONB NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX outbox_events_resume_idx ON outbox_events (xid, position);

CREATE TABLE ledger_accounts (
  code VARCHAR(32) PRIMARY KEY,
  name TEXT NOT NULL,
  type VARCHAR(16) NOT NULL CHECK (type IN ('ASSET', 'LIABILITY', 'REVENUE', 'CONTRA_REVENUE', 'EXPENSE'))
);
INSERT INTO ledger_accounts (code, name, type) VALUES
  ('PROCESSOR_CLEARING', 'Money at the payment processor', 'ASSET'),
  ('CASH_DRAWER', 'Cash in the drawer', 'ASSET'),
  ('BANK', 'Money paid out to the bank', 'ASSET'),
  ('SALES', 'Sales', 'REVENUE'),
  ('REFUNDS', 'Sales given back', 'CONTRA_REVENUE'),
  ('TAX_PAYABLE', 'Tax collected', 'LIABILITY'),
  ('TIPS_PAYABLE', 'Tips owed to staff', 'LIABILITY'),
  ('GUEST_CREDIT', 'Collected above the bill, owed to guests', 'LIABILITY'),
  ('UNMATCHED_RECEIPTS', 'Received, not yet tied to a payment', 'LIABILITY'),
  ('PROCESSOR_FEES', 'Processor fees', 'EXPENSE'),
  ('DISPUTE_LOSSES', 'Amounts withdrawn by disputes', 'EXPENSE'),
  ('DISPUTE_FEES', 'Fees for disputes', 'EXPENSE');

CREATE TABLE ledger_transactions (
  id UUID PRIMARY KEY,
  fact_key VARCHAR(300) NOT NULL UNIQUE,                            -- one posting set per fact, e.g. capture:<payment id>
  restaurant_id VARCHAR(255) NOT NULL REFERENCES restaurants (id),
  currency VARCHAR(3) NOT NULL,
  payment_id UUID REFERENCES payments (id),
  business_day DATE NOT NULL,
  occurred_at TIMESTAMPTZ NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX ledger_transactions_restaurant_idx ON ledger_transactions (restaurant_id, business_day);
CREATE INDEX ledger_transactions_payment_id_idx ON ledger_transactions (payment_id);

CREATE TABLE ledger_postings (
  transaction_id UUID NOT NULL REFERENCES ledger_transactions (id),
  line SMALLINT NOT NULL,
  account VARCHAR(32) NOT NULL REFERENCES ledger_accounts (code),
  amount BIGINT NOT NULL CHECK (amount <> 0),                       -- positive: debit; negative: credit
  PRIMARY KEY (transaction_id, line)
);

CREATE TABLE payment_audit_log (
  id UUID PRIMARY KEY,
  payment_id UUID NOT NULL REFERENCES payments (id),
  action VARCHAR(50) NOT NULL,
  previous_status payment_status_enum,
  new_status payment_status_enum,
  details JSONB,
  user_id VARCHAR(255),
  actor VARCHAR(300) NOT NULL,                                      -- user:<id>, guest:<public id>, stripe, system, service
  request_id VARCHAR(64),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX payment_audit_log_payment_id_idx ON payment_audit_log (payment_id, created_at);

-- Personal data of an audit row, erasable on its own. note: what a person wrote, e.g. why they cancelled.
CREATE TABLE payment_audit_clients (
  audit_id UUID PRIMARY KEY,
  ip_address INET,
  user_agent TEXT,
  note TEXT,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE TABLE audit_log (
  id UUID PRIMARY KEY,
  actor VARCHAR(300) NOT NULL,
  action VARCHAR(64) NOT NULL,
  subject_type VARCHAR(32) NOT NULL,
  subject_id VARCHAR(255) NOT NULL,
  restaurant_id VARCHAR(255),
  details JSONB,
  request_id VARCHAR(64),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX audit_log_subject_idx ON audit_log (subject_type, subject_id, created_at);

-- What does not fit, for a person to decide.
CREATE TABLE discrepancies (
  id UUID PRIMARY KEY,
  fact_key VARCHAR(300) NOT NULL UNIQUE,
  restaurant_id VARCHAR(255) REFERENCES restaurants (id),
  type VARCHAR(24) NOT NULL CHECK (type IN ('MISSING_PAYMENT', 'DUPLICATE_PAYMENT', 'AMOUNT_MISMATCH', 'STATUS_MISMATCH')),
  reason VARCHAR(48) NOT NULL,
  severity VARCHAR(8) NOT NULL CHECK (severity IN ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')),
  state VARCHAR(12) NOT NULL DEFAULT 'OPEN' CHECK (state IN ('OPEN', 'RESOLVED')),
  payment_id UUID REFERENCES payments (id),
  order_id VARCHAR(255),
  currency VARCHAR(3),
  expected_amount BIGINT,
  actual_amount BIGINT,
  description TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX discrepancies_open_idx ON discrepancies (restaurant_id, created_at) WHERE state = 'OPEN';

-- ---------------------------------------------------------------- guards

-- Retention runs as the role tabsy_maintenance; everyone else appends.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_user = 'tabsy_maintenance' THEN
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER outbox_events_append_only BEFORE UPDATE OR DELETE ON outbox_events FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_transactions_append_only BEFORE UPDATE OR DELETE ON ledger_transactions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_postings_append_only BEFORE UPDATE OR DELETE ON ledger_postings FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payment_audit_log_append_only BEFORE UPDATE OR DELETE ON payment_audit_log FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER outbox_events_no_truncate BEFORE TRUNCATE ON outbox_events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_transactions_no_truncate BEFORE TRUNCATE ON ledger_transactions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_postings_no_truncate BEFORE TRUNCATE ON ledger_postings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payment_audit_log_no_truncate BEFORE TRUNCATE ON payment_audit_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A posting set goes in by one statement and sums to zero.
CREATE FUNCTION refuse_unbalanced_postings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM added GROUP BY transaction_id HAVING sum(amount) <> 0) THEN
    RAISE EXCEPTION 'ledger postings do not sum to zero' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_postings_balanced AFTER INSERT ON ledger_postings
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refuse_unbalanced_postings();
