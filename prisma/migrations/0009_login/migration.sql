-- Login of the admin pages, in the shapes that better-auth reads. Its people are not the platform's: user_id says whose
-- memberships count. Everything here is personal and erasable; what must last is in audit_log, by id.
CREATE TABLE login_people (
  id VARCHAR(64) PRIMARY KEY,
  name TEXT NOT NULL,
  email VARCHAR(320) NOT NULL UNIQUE,
  email_verified BOOLEAN NOT NULL DEFAULT FALSE,
  image TEXT,
  role VARCHAR(8) NOT NULL CHECK (role IN ('admin', 'owner', 'staff')),
  user_id VARCHAR(255) REFERENCES users (id),
  two_factor_enabled BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CHECK (role = 'admin' OR user_id IS NOT NULL)
);

CREATE TABLE login_sessions (
  id VARCHAR(64) PRIMARY KEY,
  person_id VARCHAR(64) NOT NULL REFERENCES login_people (id) ON DELETE CASCADE,
  token VARCHAR(255) NOT NULL UNIQUE,
  expires_at TIMESTAMPTZ NOT NULL,
  ip_address TEXT,
  user_agent TEXT,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX login_sessions_person_id_idx ON login_sessions (person_id);

-- One row per way to sign in: a password, or an identity provider.
CREATE TABLE login_accounts (
  id VARCHAR(64) PRIMARY KEY,
  person_id VARCHAR(64) NOT NULL REFERENCES login_people (id) ON DELETE CASCADE,
  account_id VARCHAR(255) NOT NULL,
  provider_id VARCHAR(64) NOT NULL,
  password TEXT,
  access_token TEXT,
  refresh_token TEXT,
  id_token TEXT,
  access_token_expires_at TIMESTAMPTZ,
  refresh_token_expires_at TIMESTAMPTZ,
  scope TEXT,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  UNIQUE (provider_id, account_id)
);
CREATE INDEX login_accounts_person_id_idx ON login_accounts (person_id);

CREATE TABLE login_verifications (
  id VARCHAR(64) PRIMARY KEY,
  identifier TEXT NOT NULL,
  value TEXT NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX login_verifications_identifier_idx ON login_verifications (identifier);

CREATE TABLE login_second_factors (
  id VARCHAR(64) PRIMARY KEY,
  person_id VARCHAR(64) NOT NULL REFERENCES login_people (id) ON DELETE CASCADE,
  secret TEXT NOT NULL,
  backup_codes TEXT NOT NULL,
  verified BOOLEAN NOT NULL DEFAULT TRUE,
  failed_verification_count INTEGER NOT NULL DEFAULT 0,
  locked_until TIMESTAMPTZ
);
CREATE INDEX login_second_factors_person_id_idx ON login_second_factors (person_id);

CREATE TABLE login_attempts (
  id VARCHAR(64) PRIMARY KEY,
  key VARCHAR(512) NOT NULL UNIQUE,
  count INTEGER NOT NULL,
  last_request BIGINT NOT NULL
);
