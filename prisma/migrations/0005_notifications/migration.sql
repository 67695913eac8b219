-- Mails about payments: written in the transaction that causes them, sent afterwards. And what saved cards need beyond 0001.

CREATE TABLE notifications (
  id UUID PRIMARY KEY,                                              -- also its Message-ID
  kind VARCHAR(24) NOT NULL
    CHECK (kind IN ('PAYMENT_COMPLETED', 'PAYMENT_FAILED', 'PAYMENT_REFUNDED', 'SHARE_REMINDER', 'DISPUTE_OPENED')),
  fact_key VARCHAR(300) NOT NULL UNIQUE,                            -- one mail per fact and reader
  restaurant_id VARCHAR(255) NOT NULL REFERENCES restaurants (id),
  payment_id UUID REFERENCES payments (id),
  recipient_user_id VARCHAR(255) REFERENCES users (id),
  recipient_email TEXT,                                             -- personal: only for readers without an account; erasable
  details JSONB NOT NULL DEFAULT '{}',                              -- ids and amounts
  opt_out_token VARCHAR(64) NOT NULL UNIQUE,
  address_key VARCHAR(64),                                          -- hash of the address that it went to: what an opt-out stops
  state VARCHAR(12) NOT NULL DEFAULT 'DUE' CHECK (state IN ('DUE', 'SENDING', 'SENT', 'SKIPPED', 'DEAD', 'UNCERTAIN')),
  attempts SMALLINT NOT NULL DEFAULT 0,
  next_attempt_at TIMESTAMPTZ NOT NULL,
  lease_until TIMESTAMPTZ,                                          -- while SENDING
  sent_at TIMESTAMPTZ,
  last_error TEXT,                                                  -- why not sent, or why skipped
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX notifications_due_idx ON notifications (next_attempt_at) WHERE state = 'DUE';
CREATE INDEX notifications_sending_idx ON notifications (lease_until) WHERE state = 'SENDING';
CREATE INDEX notifications_payment_id_idx ON notifications (payment_id);

-- Addresses that want no more mail of a restaurant. Hashed: the table must outlive the address.
CREATE TABLE notification_opt_outs (
  address_key VARCHAR(64) NOT NULL,
  restaurant_id VARCHAR(255) NOT NULL REFERENCES restaurants (id),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  PRIMARY KEY (address_key, restaurant_id)
);

-- A removed card stays until the processor has let go of it.
ALTER TABLE payment_methods
  ADD COLUMN detach_started_at TIMESTAMPTZ,
  ADD COLUMN detach_attempt SMALLINT NOT NULL DEFAULT 1;
CREATE INDEX payment_methods_unfinished_detach_idx ON payment_methods (detach_started_at) WHERE detach_started_at IS NOT NULL;
CREATE UNIQUE INDEX payment_methods_one_default ON payment_methods (customer_id) WHERE is_default AND is_active;

-- Which failure was answered by a retry last, so that a failure is counted once.
ALTER TABLE payments ADD COLUMN retried_fact_at BIGINT;
