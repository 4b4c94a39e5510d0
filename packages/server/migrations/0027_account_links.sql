-- Links in emails to an account: they set a new password, confirm a new address, or undo its change.

CREATE TABLE account_links (
  token_hash      text PRIMARY KEY COLLATE "C",
  link_id         uuid NOT NULL,
  purpose         text NOT NULL COLLATE "C" CHECK (purpose IN ('password-reset', 'confirm-email', 'undo-email')),
  account_id      uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
  email           text NOT NULL COLLATE "C" CHECK (octet_length(email) <= 254),
  organization_id uuid,
  creator_type    text COLLATE "C" CHECK (creator_type IN ('user', 'api-key')),
  creator_id      uuid,
  created_at      timestamptz NOT NULL,
  expires_at      timestamptz NOT NULL,
  used_at         timestamptz,
  CHECK (num_nulls(organization_id, creator_type, creator_id) IN (0, 3))
);
CREATE UNIQUE INDEX account_links_link_key ON account_links (link_id);
CREATE INDEX account_links_by_account ON account_links (account_id, purpose);
CREATE INDEX account_links_by_expiry ON account_links (expires_at);
COMMENT ON TABLE account_links IS 'Links to reset a password, to confirm a new address or to undo its change; each works once';
COMMENT ON COLUMN account_links.token_hash IS 'SHA-256 of the token in the link, hex; the token itself is not stored';
COMMENT ON COLUMN account_links.link_id IS 'UUIDv7. The token in an email is derived from it and the purpose, so that each attempt to send has the same';
COMMENT ON COLUMN account_links.purpose IS 'What the link is for; it is refused for everything else';
COMMENT ON COLUMN account_links.account_id IS 'Whose password or address it changes';
COMMENT ON COLUMN account_links.email IS 'password-reset: the account''s address; confirm-email: the new one; undo-email: the one to restore';
COMMENT ON COLUMN account_links.organization_id IS
  'Set when a user manager got the link: it works only while the account is a user of this organization alone';
COMMENT ON COLUMN account_links.creator_type IS
  'What the manager is who got the link: it works only while they may act on the user';
COMMENT ON COLUMN account_links.creator_id IS 'User id or API key id of that manager';
COMMENT ON COLUMN account_links.created_at IS 'When it was created';
COMMENT ON COLUMN account_links.expires_at IS 'Until when it works; set back when a newer link or a change of the account ends it';
COMMENT ON COLUMN account_links.used_at IS 'When it was used; null before';
GRANT SELECT, INSERT, UPDATE (expires_at, used_at), DELETE ON account_links TO gatehouse_app;

ALTER TABLE sessions ADD COLUMN authenticated_at timestamptz;
COMMENT ON COLUMN sessions.authenticated_at IS
  'When the person last entered their password in this session; null while that was at its start';
