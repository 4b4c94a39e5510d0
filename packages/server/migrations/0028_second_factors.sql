-- Second factors, passkeys and the history of sign-ins, and what an organization requires of its users' sessions.

ALTER TABLE accounts
  ADD COLUMN password_changed_at timestamptz,
  ADD COLUMN two_factor boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN accounts.password_changed_at IS 'When the password was last set; null while it is the first one';
COMMENT ON COLUMN accounts.two_factor IS 'Whether it has an authenticator app or a passkey; kept by triggers alone';

ALTER TABLE sessions
  ADD COLUMN method text NOT NULL DEFAULT 'password' COLLATE "C"
    CHECK (method IN ('password', 'totp', 'recovery-code', 'passkey', 'invitation', 'set-up')),
  ADD COLUMN two_factor boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN sessions.method IS 'How it was opened: the last step of the sign-in, or what took its place';
COMMENT ON COLUMN sessions.two_factor IS 'Whether the person has passed a second factor in it, or signed in with a passkey';

-- An organization may allow less idle time than others of the same account. Without this, use elsewhere would revive the session there.
ALTER TABLE sessions ADD COLUMN longest_idle interval NOT NULL DEFAULT '0';
COMMENT ON COLUMN sessions.longest_idle IS 'The longest time between two recorded uses';

CREATE TABLE account_totp (
  account_id uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
  secret     text NOT NULL,
  created_at timestamptz NOT NULL,
  enabled_at timestamptz,
  last_step  bigint NOT NULL DEFAULT 0
);
COMMENT ON TABLE account_totp IS 'Authenticator apps: one for each account';
COMMENT ON COLUMN account_totp.account_id IS 'Whose app';
COMMENT ON COLUMN account_totp.secret IS 'The shared secret, encrypted with a key derived from SECRET_KEY';
COMMENT ON COLUMN account_totp.created_at IS 'When the secret was shown';
COMMENT ON COLUMN account_totp.enabled_at IS 'When the first code confirmed it; null before, and then it counts for nothing';
COMMENT ON COLUMN account_totp.last_step IS 'Time step of the last accepted code: no step is accepted twice';

CREATE TABLE account_recovery_codes (
  account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
  code_hash  text NOT NULL COLLATE "C",
  created_at timestamptz NOT NULL,
  used_at    timestamptz,
  PRIMARY KEY (account_id, code_hash)
);
COMMENT ON TABLE account_recovery_codes IS 'Codes that replace a lost second factor; each works once';
COMMENT ON COLUMN account_recovery_codes.account_id IS 'Whose code';
COMMENT ON COLUMN account_recovery_codes.code_hash IS 'HMAC of the code with a key derived from SECRET_KEY';
COMMENT ON COLUMN account_recovery_codes.created_at IS 'When the set was created';
COMMENT ON COLUMN account_recovery_codes.used_at IS 'When it was used; null before';

CREATE TABLE account_passkeys (
  passkey_id    uuid PRIMARY KEY,
  account_id    uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
  credential_id text NOT NULL COLLATE "C" CHECK (octet_length(credential_id) <= 1400),
  public_key    bytea NOT NULL,
  sign_count    bigint NOT NULL,
  transports    text[] NOT NULL,
  name          text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
  backed_up     boolean NOT NULL,
  created_at    timestamptz NOT NULL,
  last_used_at  timestamptz
);
CREATE UNIQUE INDEX account_passkeys_credential_key ON account_passkeys (credential_id);
CREATE INDEX account_passkeys_by_account ON account_passkeys (account_id);
COMMENT ON TABLE account_passkeys IS 'Passkeys (WebAuthn credentials) of accounts';
COMMENT ON COLUMN account_passkeys.passkey_id IS 'UUIDv7';
COMMENT ON COLUMN account_passkeys.account_id IS 'Whose passkey';
COMMENT ON COLUMN account_passkeys.credential_id IS 'The authenticator''s id of the credential, base64url';
COMMENT ON COLUMN account_passkeys.public_key IS 'COSE key';
COMMENT ON COLUMN account_passkeys.sign_count IS 'Signature counter of the last use: one that doesn''t rise means a cloned authenticator';
COMMENT ON COLUMN account_passkeys.transports IS 'How browsers reach the authenticator, as it said';
COMMENT ON COLUMN account_passkeys.name IS 'Chosen by the person';
COMMENT ON COLUMN account_passkeys.backed_up IS 'Whether a password manager or an account of the platform keeps a copy';
COMMENT ON COLUMN account_passkeys.created_at IS 'When it was added';
COMMENT ON COLUMN account_passkeys.last_used_at IS 'When it was last used; null before the first time';

CREATE TABLE used_challenges (
  challenge_hash text PRIMARY KEY COLLATE "C",
  expires_at     timestamptz NOT NULL
);
CREATE INDEX used_challenges_by_expiry ON used_challenges (expires_at);
COMMENT ON TABLE used_challenges IS 'WebAuthn challenges that were answered: none is accepted twice. They are signed, so that unused ones need no row';
COMMENT ON COLUMN used_challenges.challenge_hash IS 'SHA-256 of the challenge, hex';
COMMENT ON COLUMN used_challenges.expires_at IS 'When the challenge expires; then the row is deleted';

CREATE TABLE sign_in_challenges (
  token_hash  text PRIMARY KEY COLLATE "C",
  account_id  uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
  created_at  timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  failures    smallint NOT NULL DEFAULT 0 CHECK (failures BETWEEN 0 AND 5)
);
CREATE INDEX sign_in_challenges_by_account ON sign_in_challenges (account_id);
CREATE INDEX sign_in_challenges_by_expiry ON sign_in_challenges (expires_at);
COMMENT ON TABLE sign_in_challenges IS 'Sign-ins that wait for the second factor';
COMMENT ON COLUMN sign_in_challenges.token_hash IS 'SHA-256 of the challenge cookie''s token, hex';
COMMENT ON COLUMN sign_in_challenges.account_id IS 'Who signs in';
COMMENT ON COLUMN sign_in_challenges.created_at IS 'When the password was verified';
COMMENT ON COLUMN sign_in_challenges.expires_at IS 'Until when the second factor can be entered';
COMMENT ON COLUMN sign_in_challenges.failures IS 'Wrong codes; the fifth ends the challenge';

CREATE TABLE sign_ins (
  sign_in_id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
  at         timestamptz NOT NULL,
  method     text NOT NULL COLLATE "C"
    CHECK (method IN ('password', 'totp', 'recovery-code', 'passkey', 'invitation', 'set-up')),
  outcome    text NOT NULL COLLATE "C" CHECK (outcome IN ('success', 'failure', 'second-factor-pending')),
  ip         text,
  user_agent text CHECK (char_length(user_agent) <= 500)
);
CREATE INDEX sign_ins_by_account ON sign_ins (account_id, at DESC, sign_in_id);
-- Strangers cause failures: they must not slow down the search for sign-ins that succeeded.
CREATE INDEX sign_ins_successes ON sign_ins (account_id, at DESC, sign_in_id) WHERE outcome = 'success';
CREATE INDEX sign_ins_by_time ON sign_ins (at);
COMMENT ON TABLE sign_ins IS 'Sign-ins of the last 90 days, for the person to look at';
COMMENT ON COLUMN sign_ins.sign_in_id IS 'UUIDv7';
COMMENT ON COLUMN sign_ins.account_id IS 'Whose sign-in';
COMMENT ON COLUMN sign_ins.at IS 'When';
COMMENT ON COLUMN sign_ins.method IS 'What was entered';
COMMENT ON COLUMN sign_ins.outcome IS 'Whether it opened a session, failed, or led to the second factor';
COMMENT ON COLUMN sign_ins.ip IS 'From which address';
COMMENT ON COLUMN sign_ins.user_agent IS 'With which browser, shortened';

ALTER TABLE account_links DROP CONSTRAINT account_links_purpose_check,
  ADD CONSTRAINT account_links_purpose_check
    CHECK (purpose IN ('password-reset', 'confirm-email', 'undo-email', 'secure-account'));
COMMENT ON COLUMN account_links.email IS
  'password-reset and secure-account: the account''s address; confirm-email: the new one; undo-email: the one to restore';
COMMENT ON TABLE account_links IS
  'Links to reset a password, to confirm a new address or to undo its change, and to report a sign-in; each works once';

ALTER TABLE organizations
  ADD COLUMN require_two_factor_since timestamptz,
  ADD COLUMN two_factor_grace_days smallint NOT NULL DEFAULT 7 CHECK (two_factor_grace_days BETWEEN 0 AND 30),
  ADD COLUMN session_idle_minutes integer NOT NULL DEFAULT 720 CHECK (session_idle_minutes BETWEEN 5 AND 10080),
  ADD COLUMN session_max_days smallint NOT NULL DEFAULT 30 CHECK (session_max_days BETWEEN 1 AND 90),
  ADD COLUMN password_max_age_days smallint CHECK (password_max_age_days BETWEEN 30 AND 730),
  ADD COLUMN allowed_networks cidr[] NOT NULL DEFAULT '{}' CHECK (cardinality(allowed_networks) <= 100);
COMMENT ON COLUMN organizations.require_two_factor_since IS 'Since when two factors are required; null when they are not';
COMMENT ON COLUMN organizations.two_factor_grace_days IS 'Days after that, or after joining, in which a user can still do without';
COMMENT ON COLUMN organizations.session_idle_minutes IS 'A session unused for longer doesn''t work in this organization';
COMMENT ON COLUMN organizations.session_max_days IS 'An older session doesn''t work in this organization';
COMMENT ON COLUMN organizations.password_max_age_days IS 'An older password has to be changed; null for no limit';
COMMENT ON COLUMN organizations.allowed_networks IS 'Networks from which people may use the organization; empty for all';
GRANT UPDATE (require_two_factor_since, two_factor_grace_days, session_idle_minutes, session_max_days, password_max_age_days,
  allowed_networks) ON organizations TO gatehouse_app;

-- Copied to the accounts, because a session belongs to no organization: it lives as long as one of them accepts it.
ALTER TABLE account_organizations
  ADD COLUMN session_idle_minutes integer NOT NULL DEFAULT 720,
  ADD COLUMN session_max_days smallint NOT NULL DEFAULT 30;
COMMENT ON COLUMN account_organizations.session_idle_minutes IS 'Copy of the organization''s';
COMMENT ON COLUMN account_organizations.session_max_days IS 'Copy of the organization''s';

CREATE FUNCTION organizations_copy_session_limits() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.organizations'::regclass THEN
    RAISE EXCEPTION 'organizations_copy_session_limits belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE public.account_organizations
    SET session_idle_minutes = NEW.session_idle_minutes, session_max_days = NEW.session_max_days
    WHERE organization_id = NEW.organization_id;
  RETURN NULL;
END $$;
ALTER FUNCTION organizations_copy_session_limits() OWNER TO gatehouse_keeper;
COMMENT ON FUNCTION organizations_copy_session_limits() IS 'Copies the limits of sessions to the organization''s accounts';
REVOKE ALL ON FUNCTION organizations_copy_session_limits() FROM PUBLIC;
CREATE TRIGGER organizations_copy_session_limits AFTER UPDATE OF session_idle_minutes, session_max_days ON organizations
  FOR EACH ROW WHEN (OLD.session_idle_minutes <> NEW.session_idle_minutes OR OLD.session_max_days <> NEW.session_max_days)
  EXECUTE FUNCTION organizations_copy_session_limits();

CREATE FUNCTION account_organizations_copy_session_limits() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.account_organizations'::regclass THEN
    RAISE EXCEPTION 'account_organizations_copy_session_limits belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- Locked as the count of users will be in a moment, so that limits that change at the same time are not missed.
  SELECT o.session_idle_minutes, o.session_max_days INTO NEW.session_idle_minutes, NEW.session_max_days
    FROM public.organizations o WHERE o.organization_id = NEW.organization_id FOR NO KEY UPDATE;
  RETURN NEW;
END $$;
ALTER FUNCTION account_organizations_copy_session_limits() OWNER TO gatehouse_keeper;
COMMENT ON FUNCTION account_organizations_copy_session_limits() IS 'Copies the limits of sessions to an account that joins';
REVOKE ALL ON FUNCTION account_organizations_copy_session_limits() FROM PUBLIC;
CREATE TRIGGER account_organizations_copy_session_limits BEFORE INSERT ON account_organizations
  FOR EACH ROW EXECUTE FUNCTION account_organizations_copy_session_limits();

-- Whether a user has two factors is copied into each organization, because lists and searches stay inside the tenant.
ALTER TABLE users ADD COLUMN two_factor boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN users.two_factor IS 'Copy of the account''s; kept by triggers alone';
ALTER TABLE users ADD COLUMN two_factor_reminded_at timestamptz;
COMMENT ON COLUMN users.two_factor_reminded_at IS 'When an email last asked the user to set up two-factor authentication; null before';
GRANT UPDATE (two_factor_reminded_at) ON users TO gatehouse_app;
CREATE INDEX users_by_two_factor_name ON users (organization_id, two_factor, name_key, user_id);
CREATE OR REPLACE VIEW users_search AS
  SELECT organization_id, user_id, name_key, search_key, status, last_active_at, two_factor
    FROM users WHERE organization_id = current_organization();
COMMENT ON COLUMN users_search.two_factor IS 'As in users';

CREATE FUNCTION accounts_keep_two_factor() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  changed uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.account_id ELSE NEW.account_id END;
  now_has boolean;
BEGIN
  IF TG_RELID NOT IN ('public.account_totp'::regclass, 'public.account_passkeys'::regclass) THEN
    RAISE EXCEPTION 'accounts_keep_two_factor belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- The account's row is locked first, so that two factors that change at the same time don't both miss the other.
  PERFORM FROM public.accounts WHERE account_id = changed FOR UPDATE;
  now_has := EXISTS (SELECT FROM public.account_totp WHERE account_id = changed AND enabled_at IS NOT NULL)
    OR EXISTS (SELECT FROM public.account_passkeys WHERE account_id = changed);
  UPDATE public.accounts SET two_factor = now_has WHERE account_id = changed AND two_factor <> now_has;
  UPDATE public.users u SET two_factor = now_has
    FROM public.account_organizations m
    WHERE m.account_id = changed AND u.organization_id = m.organization_id AND u.user_id = m.user_id
      AND u.two_factor <> now_has;
  RETURN NULL;
END $$;
ALTER FUNCTION accounts_keep_two_factor() OWNER TO gatehouse_keeper;
COMMENT ON FUNCTION accounts_keep_two_factor() IS 'Notes at an account and its users whether it has a second factor';
REVOKE ALL ON FUNCTION accounts_keep_two_factor() FROM PUBLIC;
CREATE TRIGGER account_totp_two_factor AFTER INSERT OR UPDATE OF enabled_at OR DELETE ON account_totp
  FOR EACH ROW EXECUTE FUNCTION accounts_keep_two_factor();
CREATE TRIGGER account_passkeys_two_factor AFTER INSERT OR DELETE ON account_passkeys
  FOR EACH ROW EXECUTE FUNCTION accounts_keep_two_factor();

CREATE FUNCTION users_copy_two_factor() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.users'::regclass THEN
    RAISE EXCEPTION 'users_copy_two_factor belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- Locked, so that a factor that is added at the same time sees this user.
  SELECT a.two_factor INTO NEW.two_factor FROM public.accounts a WHERE a.account_id = NEW.account_id FOR KEY SHARE;
  RETURN NEW;
END $$;
ALTER FUNCTION users_copy_two_factor() OWNER TO gatehouse_keeper;
COMMENT ON FUNCTION users_copy_two_factor() IS 'Notes at a new user whether the account has a second factor';
REVOKE ALL ON FUNCTION users_copy_two_factor() FROM PUBLIC;
CREATE TRIGGER users_copy_two_factor BEFORE INSERT ON users
  FOR EACH ROW EXECUTE FUNCTION users_copy_two_factor();

REVOKE UPDATE ON accounts FROM gatehouse_app;
GRANT UPDATE (email, name, language, password_hash, password_changed_at) ON accounts TO gatehouse_app;
GRANT UPDATE (two_factor) ON accounts TO gatehouse_keeper;
GRANT UPDATE (two_factor) ON users TO gatehouse_keeper;
GRANT SELECT ON account_totp, account_passkeys TO gatehouse_keeper;
GRANT SELECT, INSERT, DELETE ON account_totp, account_recovery_codes, account_passkeys, used_challenges,
  sign_in_challenges, sign_ins TO gatehouse_app;
GRANT UPDATE (secret, created_at, enabled_at, last_step) ON account_totp TO gatehouse_app;
GRANT UPDATE (used_at) ON account_recovery_codes TO gatehouse_app;
GRANT UPDATE (sign_count, backed_up, name, last_used_at) ON account_passkeys TO gatehouse_app;
GRANT UPDATE (failures) ON sign_in_challenges TO gatehouse_app;
