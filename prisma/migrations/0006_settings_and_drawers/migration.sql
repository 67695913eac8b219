-- Settings per restaurant, refunds that reduce the bill, cash drawers with their Z-reports, tips by server and pool.

-- ---------------------------------------------------------------- settings

-- No row: the defaults of services/restaurant-settings. NULL limit or window: none.
CREATE TABLE restaurant_settings (
  restaurant_id VARCHAR(255) PRIMARY KEY REFERENCES restaurants (id),
  staff_refund_window_days INTEGER CHECK (staff_refund_window_days BETWEEN 0 AND 3650),
  owner_refund_window_days INTEGER CHECK (owner_refund_window_days BETWEEN 0 AND 3650),
  staff_refund_limit_amount INTEGER CHECK (staff_refund_limit_amount >= 0),
  owner_refund_limit_amount INTEGER CHECK (owner_refund_limit_amount >= 0),
  split_reminders_enabled BOOLEAN NOT NULL,
  guest_notifications_enabled BOOLEAN NOT NULL,
  tip_pool_rule VARCHAR(16) NOT NULL CHECK (tip_pool_rule IN ('NONE', 'EQUAL', 'BY_HOURS', 'BY_POINTS')),
  version INTEGER NOT NULL CHECK (version > 0),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- ---------------------------------------------------------------- refunds

ALTER TABLE payment_refunds ADD COLUMN restaurant_id VARCHAR(255) REFERENCES restaurants (id);
UPDATE payment_refunds r SET restaurant_id = p.restaurant_id FROM payments p WHERE p.id = r.payment_id;
ALTER TABLE payment_refunds ALTER COLUMN restaurant_id SET NOT NULL;
ALTER TABLE payment_refunds ADD COLUMN reduces_bill BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX payment_refunds_restaurant_id_idx ON payment_refunds (restaurant_id, id DESC);

-- What refunds took off an order's bill, so that it does not become due again. Signed: negative reduces, positive takes back.
CREATE TABLE order_adjustments (
  id UUID PRIMARY KEY,
  order_id VARCHAR(255) NOT NULL REFERENCES orders (id),
  refund_id UUID NOT NULL REFERENCES payment_refunds (id),
  subtotal_amount INTEGER NOT NULL,
  tax_amount INTEGER NOT NULL,
  tip_amount INTEGER NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX order_adjustments_order_id_idx ON order_adjustments (order_id);
CREATE INDEX order_adjustments_refund_id_idx ON order_adjustments (refund_id);
CREATE TRIGGER order_adjustments_append_only BEFORE UPDATE OR DELETE ON order_adjustments FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER order_adjustments_no_truncate BEFORE TRUNCATE ON order_adjustments FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Their sums per order, beside what it has received: hot statements read this row anyway.
ALTER TABLE order_payment_states
  ADD COLUMN adjusted_subtotal_amount INTEGER NOT NULL DEFAULT 0 CHECK (adjusted_subtotal_amount <= 0),
  ADD COLUMN adjusted_tax_amount INTEGER NOT NULL DEFAULT 0 CHECK (adjusted_tax_amount <= 0),
  ADD COLUMN adjusted_tip_amount INTEGER NOT NULL DEFAULT 0 CHECK (adjusted_tip_amount <= 0);

-- ---------------------------------------------------------------- cash drawers

CREATE TABLE drawer_sessions (
  id UUID PRIMARY KEY,
  restaurant_id VARCHAR(255) NOT NULL REFERENCES restaurants (id),
  currency VARCHAR(3) NOT NULL,
  business_day DATE NOT NULL,                                       -- on which it was opened
  float_amount INTEGER NOT NULL CHECK (float_amount >= 0),
  opened_at TIMESTAMPTZ NOT NULL,
  opened_by VARCHAR(300) NOT NULL,
  closed_at TIMESTAMPTZ,
  closed_by VARCHAR(300),
  expected_amount BIGINT,
  counted_amount INTEGER CHECK (counted_amount >= 0),
  difference_amount BIGINT,                                         -- positive: over; negative: short
  CONSTRAINT closed_whole CHECK ((closed_at IS NULL) = (closed_by IS NULL) AND (closed_at IS NULL) = (expected_amount IS NULL)
    AND (closed_at IS NULL) = (counted_amount IS NULL) AND (closed_at IS NULL) = (difference_amount IS NULL)),
  CONSTRAINT difference_is_counted_less_expected CHECK (difference_amount = counted_amount - expected_amount)
);
CREATE UNIQUE INDEX drawer_sessions_open_key ON drawer_sessions (restaurant_id) WHERE closed_at IS NULL;
CREATE INDEX drawer_sessions_restaurant_id_idx ON drawer_sessions (restaurant_id, id DESC);
CREATE INDEX drawer_sessions_business_day_idx ON drawer_sessions (restaurant_id, business_day);

-- What went in (positive) and out (negative) while the drawer was open.
CREATE TABLE drawer_movements (
  id UUID PRIMARY KEY,
  drawer_session_id UUID NOT NULL REFERENCES drawer_sessions (id),
  kind VARCHAR(16) NOT NULL CHECK (kind IN ('PAY_IN', 'PAY_OUT', 'CASH_PAYMENT', 'CASH_REFUND')),
  amount INTEGER NOT NULL,
  payment_id UUID REFERENCES payments (id),
  refund_id UUID UNIQUE REFERENCES payment_refunds (id),
  reason TEXT,
  moved_by VARCHAR(300) NOT NULL,
  moved_at TIMESTAMPTZ NOT NULL,
  CONSTRAINT sign_of_movement CHECK (CASE WHEN kind IN ('PAY_IN', 'CASH_PAYMENT') THEN amount > 0 ELSE amount < 0 END),
  CONSTRAINT subject_of_movement CHECK ((payment_id IS NOT NULL) = (kind IN ('CASH_PAYMENT', 'CASH_REFUND'))
    AND (refund_id IS NOT NULL) = (kind = 'CASH_REFUND') AND (reason IS NOT NULL) = (kind IN ('PAY_IN', 'PAY_OUT')))
);
CREATE INDEX drawer_movements_session_idx ON drawer_movements (drawer_session_id, moved_at);
CREATE UNIQUE INDEX drawer_movements_payment_key ON drawer_movements (payment_id) WHERE kind = 'CASH_PAYMENT';
CREATE INDEX drawer_movements_payment_id_idx ON drawer_movements (payment_id);

-- A day's figures as they were reported, numbered per restaurant without gaps. A later one of the same day replaces it.
CREATE TABLE z_reports (
  restaurant_id VARCHAR(255) NOT NULL REFERENCES restaurants (id),
  number INTEGER NOT NULL CHECK (number > 0),
  business_day DATE NOT NULL,
  replaces_number INTEGER,
  figures JSONB NOT NULL,
  made_by VARCHAR(300) NOT NULL,
  made_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (restaurant_id, number)
);
CREATE INDEX z_reports_business_day_idx ON z_reports (restaurant_id, business_day);
CREATE TRIGGER z_reports_append_only BEFORE UPDATE OR DELETE ON z_reports FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER z_reports_no_truncate BEFORE TRUNCATE ON z_reports FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

INSERT INTO ledger_accounts (code, name, type) VALUES
  ('CASH_SAFE', 'Cash outside the drawer', 'ASSET'),
  ('CASH_OVER_SHORT', 'Counted cash above or below what was expected', 'EXPENSE');

-- ---------------------------------------------------------------- tips

-- Who served, as the platform tells it: an opaque id of a platform user.
ALTER TABLE orders ADD COLUMN server_id VARCHAR(255);

-- Who takes part in a business day's pool, and with what weight.
CREATE TABLE tip_pool_shares (
  restaurant_id VARCHAR(255) NOT NULL REFERENCES restaurants (id),
  business_day DATE NOT NULL,
  user_id VARCHAR(255) NOT NULL,
  minutes_worked INTEGER NOT NULL DEFAULT 0 CHECK (minutes_worked BETWEEN 0 AND 2880),
  points INTEGER NOT NULL DEFAULT 0 CHECK (points BETWEEN 0 AND 10000),
  PRIMARY KEY (restaurant_id, business_day, user_id)
);

CREATE INDEX payments_business_day_idx ON payments (restaurant_id, business_day) WHERE business_day IS NOT NULL;
