-- Every email about an account's password or second factors has the link to report it, and removes what was added by the same session.
ALTER TABLE account_links ADD COLUMN removes_since timestamptz;
COMMENT ON COLUMN account_links.removes_since IS
  'secure-account: second factors that were added then or later are removed; null for the other purposes';
UPDATE account_links SET removes_since = created_at WHERE purpose = 'secure-account';
ALTER TABLE account_links ADD CONSTRAINT account_links_removes_since_check
  CHECK ((purpose = 'secure-account') = (removes_since IS NOT NULL));
COMMENT ON TABLE account_links IS
  'Links to reset a password, to confirm a new address or to undo its change, and to report what somebody else did; each works once';

-- Guesses in a session that may be stolen end it.
ALTER TABLE sessions ADD COLUMN wrong_confirmations smallint NOT NULL DEFAULT 0;
COMMENT ON COLUMN sessions.wrong_confirmations IS
  'Wrong passwords, codes and passkeys in a row that were entered in the session; the tenth ends it';
COMMENT ON COLUMN sessions.created_at IS 'When they signed in; a session that replaces another keeps its time';

-- Another app replaces the present one when its first code is entered; until then the present one works.
ALTER TABLE account_totp
  ADD COLUMN next_secret text COLLATE "C" CHECK (octet_length(next_secret) <= 200),
  ADD COLUMN next_created_at timestamptz,
  ADD CONSTRAINT account_totp_next_check CHECK (num_nulls(next_secret, next_created_at) <> 1 AND
    (next_secret IS NULL OR enabled_at IS NOT NULL));
COMMENT ON COLUMN account_totp.next_secret IS
  'Secret of the app that will replace this one, encrypted for this account; null when none is being set up';
COMMENT ON COLUMN account_totp.next_created_at IS 'When that secret was created; null when there is none';
GRANT UPDATE (next_secret, next_created_at) ON account_totp TO gatehouse_app;
