-- Where people go after they have joined, and why they can't come back.

ALTER TABLE organizations
  ADD COLUMN default_panel text COLLATE "C" CHECK (char_length(default_panel) <= 300),
  ADD CONSTRAINT organizations_default_panel CHECK (default_panel IS NULL OR default_panel = ANY (panel_origins));
COMMENT ON COLUMN organizations.default_panel IS
  'Which of panel_origins the welcome page links to; null for the first of them';
GRANT UPDATE (default_panel) ON organizations TO gatehouse_app;

CREATE TABLE ended_sessions (
  token_hash        text PRIMARY KEY COLLATE "C",
  account_id        uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
  organization_id   uuid NOT NULL,
  organization_name text NOT NULL,
  ended_at          timestamptz NOT NULL
);
CREATE INDEX ended_sessions_by_account ON ended_sessions (account_id);
CREATE INDEX ended_sessions_by_end ON ended_sessions (ended_at);
COMMENT ON TABLE ended_sessions IS
  'Sessions that an organization ended by suspending or removing the user. A request with the cookie gets the reason and no access';
COMMENT ON COLUMN ended_sessions.token_hash IS 'SHA-256 of the cookie''s token, hex, as it was in sessions';
COMMENT ON COLUMN ended_sessions.account_id IS 'Who was signed in';
COMMENT ON COLUMN ended_sessions.organization_id IS 'Which organization suspended or removed them';
COMMENT ON COLUMN ended_sessions.organization_name IS 'Its name at that time: of a removed user nothing else leads to it';
COMMENT ON COLUMN ended_sessions.ended_at IS 'When; the row is deleted a month later';
GRANT SELECT, INSERT, DELETE ON ended_sessions TO gatehouse_app;
