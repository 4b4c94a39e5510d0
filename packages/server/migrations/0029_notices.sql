-- Every email about an account's password or second factors has the link to report it, and removes what was added by the same session.

ALTER TABLE account_links ADD COLUMN removes_since timestamptz;
COMMENT ON COLUMN account_links.removes_since IS
  'secure-account: second factors that were added then or later are removed; null for the other purposes';
UPDATE account_links SET removes_since = created_at WHERE purpose = 'secure-account';
ALTER TABLE account_links ADD CONSTRAINT account_links_removes_since_check
  CHECK ((purpose = 'secure-account') = (removes_since IS NOT NULL));
COMMENT ON TABLE account_links IS
  'Links to reset a password, to confirm a new address or to undo its change, and to report what somebody else did; each works once';
