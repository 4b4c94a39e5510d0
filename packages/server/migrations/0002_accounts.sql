-- People's sign-in identities. These tables belong to no organization: an account may be a user of several.

CREATE TABLE accounts (
  account_id    uuid PRIMARY KEY,
  email         text NOT NULL COLLATE "C" CHECK (email = lower(email) AND octet_length(email) <= 254),
  name          text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
  language      text NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'tr')),
  password_hash text NOT NULL,
  created_at    timestamptz NOT NULL
);
CREATE UNIQUE INDEX accounts_email_key ON accounts (email);
COMMENT ON TABLE accounts IS 'A person''s sign-in identity';
COMMENT ON COLUMN accounts.account_id IS 'UUIDv7';
COMMENT ON COLUMN accounts.email IS 'Canonical: trimmed, NFC, lower-case';
COMMENT ON COLUMN accounts.name IS 'The person''s own name for themselves';
COMMENT ON COLUMN accounts.language IS 'Of the panel and of mails to this person';
COMMENT ON COLUMN accounts.password_hash IS 'argon2id, PHC string with its parameters';
COMMENT ON COLUMN accounts.created_at IS 'When it was made';

CREATE TABLE account_organizations (
  account_id        uuid NOT NULL REFERENCES accounts,
  organization_id   uuid NOT NULL REFERENCES organizations,
  user_id           uuid NOT NULL,
  status            text NOT NULL CHECK (status IN ('active', 'suspended')),
  organization_name text NOT NULL,
  PRIMARY KEY (account_id, organization_id)
);
COMMENT ON TABLE account_organizations IS
  'Which organizations an account may enter: a narrow copy, kept by triggers, so that sign-in asks no tenant''s tables';
COMMENT ON COLUMN account_organizations.account_id IS 'The person';
COMMENT ON COLUMN account_organizations.organization_id IS 'Where they are a user';
COMMENT ON COLUMN account_organizations.user_id IS 'As which user';
COMMENT ON COLUMN account_organizations.status IS 'The user''s status';
COMMENT ON COLUMN account_organizations.organization_name IS 'The organization''s name';

CREATE TABLE sessions (
  token_hash   text PRIMARY KEY COLLATE "C",
  session_id   uuid NOT NULL,
  account_id   uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
  created_at   timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  ip           text,
  user_agent   text CHECK (char_length(user_agent) <= 500)
);
CREATE INDEX sessions_by_account ON sessions (account_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
COMMENT ON TABLE sessions IS 'Where accounts are signed in. A row that is gone is a session that is over';
COMMENT ON COLUMN sessions.token_hash IS 'SHA-256 of the cookie''s token, hex; the token itself is nowhere';
COMMENT ON COLUMN sessions.session_id IS 'UUIDv7, the public name of the session';
COMMENT ON COLUMN sessions.account_id IS 'Who is signed in';
COMMENT ON COLUMN sessions.created_at IS 'When they signed in';
COMMENT ON COLUMN sessions.last_seen_at IS 'Last request, to the minute; a long gap ends the session';
COMMENT ON COLUMN sessions.expires_at IS 'The absolute end, whatever happens in between';
COMMENT ON COLUMN sessions.ip IS 'Address at sign-in';
COMMENT ON COLUMN sessions.user_agent IS 'Browser at sign-in, shortened';

CREATE TABLE throttles (
  bucket     text PRIMARY KEY COLLATE "C",
  failures   integer NOT NULL CHECK (failures >= 0),
  started_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX throttles_by_expiry ON throttles (expires_at);
COMMENT ON TABLE throttles IS 'Failed tries in a window of time, shared by every process';
COMMENT ON COLUMN throttles.bucket IS 'What is counted, hashed: an account, a network, or one at the other';
COMMENT ON COLUMN throttles.failures IS 'How many in this window';
COMMENT ON COLUMN throttles.started_at IS 'When the window began';
COMMENT ON COLUMN throttles.expires_at IS 'When it is over and the count starts again';

CREATE TABLE setup_tokens (
  token_hash text PRIMARY KEY COLLATE "C",
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
COMMENT ON TABLE setup_tokens IS 'One-time links that set up the first organization, printed at start; emptied by set-up';
COMMENT ON COLUMN setup_tokens.token_hash IS 'SHA-256 of the token, hex';
COMMENT ON COLUMN setup_tokens.created_at IS 'When it was printed';
COMMENT ON COLUMN setup_tokens.expires_at IS 'When it stops working';

CREATE TABLE installation (
  singleton    boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  setup_at     timestamptz
);
INSERT INTO installation (singleton) VALUES (true);
COMMENT ON TABLE installation IS 'One row: facts about this installation';
COMMENT ON COLUMN installation.singleton IS 'Always true';
COMMENT ON COLUMN installation.setup_at IS
  'When the first organization was set up; null before. Claimed by one UPDATE, so that two set-ups can''t both win';

GRANT SELECT, INSERT, UPDATE ON accounts TO gatehouse_app;
GRANT SELECT ON account_organizations TO gatehouse_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON account_organizations TO gatehouse_keeper;
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions, throttles, setup_tokens TO gatehouse_app;
GRANT SELECT, UPDATE (setup_at) ON installation TO gatehouse_app;

CREATE FUNCTION organizations_copy_name() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE account_organizations SET organization_name = NEW.name WHERE organization_id = NEW.organization_id;
  RETURN NULL;
END $$;
ALTER FUNCTION organizations_copy_name() OWNER TO gatehouse_keeper;
CREATE TRIGGER organizations_copy_name AFTER UPDATE OF name ON organizations
  FOR EACH ROW EXECUTE FUNCTION organizations_copy_name();
CREATE INDEX account_organizations_by_organization ON account_organizations (organization_id);
