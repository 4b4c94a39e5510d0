-- Signing in to panels on other hosts: which panels an organization has, and who is signed in to them.

ALTER TABLE organizations
  ADD COLUMN panel_origins text[] NOT NULL DEFAULT '{}' CHECK (
    cardinality(panel_origins) <= 50
    AND array_position(panel_origins, NULL) IS NULL
    AND (panel_origins = '{}' OR ' ' || array_to_string(panel_origins, ' ') ~
      '^( (https://[a-z0-9._-]+|https://\[[0-9a-f:.]+\]|http://([a-z0-9._-]+\.)?localhost|http://127\.0\.0\.1|http://\[::1\])(:[0-9]{1,5})?)+$'));
COMMENT ON COLUMN organizations.panel_origins IS
  'Origins of the panels to which people may be handed off signed in, as URL.origin writes them; http on loopback alone';
GRANT UPDATE (panel_origins) ON organizations TO gatehouse_app;

CREATE TABLE panel_sessions (
  organization_id  uuid NOT NULL REFERENCES organizations,
  panel_session_id uuid NOT NULL,
  user_id          uuid NOT NULL,
  session_hash     text NOT NULL COLLATE "C",
  origin           text NOT NULL COLLATE "C" CHECK (char_length(origin) <= 300),
  code_hash        text NOT NULL COLLATE "C",
  state_hash       text NOT NULL COLLATE "C",
  code_expires_at  timestamptz NOT NULL,
  token_hash       text COLLATE "C",
  created_at       timestamptz NOT NULL,
  ip               text,
  user_agent       text CHECK (char_length(user_agent) <= 500),
  PRIMARY KEY (organization_id, panel_session_id),
  FOREIGN KEY (organization_id, user_id) REFERENCES users ON DELETE CASCADE
);
CREATE UNIQUE INDEX panel_sessions_code_key ON panel_sessions (organization_id, code_hash);
CREATE UNIQUE INDEX panel_sessions_token_key ON panel_sessions (organization_id, token_hash);
CREATE INDEX panel_sessions_by_user ON panel_sessions (organization_id, user_id);
COMMENT ON TABLE panel_sessions IS
  'Where users are signed in to a panel on another host: first a code that is offered, then a token. Good only as long as the session that it hangs on';
COMMENT ON COLUMN panel_sessions.organization_id IS 'Tenant';
COMMENT ON COLUMN panel_sessions.panel_session_id IS 'UUIDv7';
COMMENT ON COLUMN panel_sessions.user_id IS 'Who is signed in';
COMMENT ON COLUMN panel_sessions.session_hash IS 'token_hash of the session in Gatehouse that it hangs on: when that is gone, so is this';
COMMENT ON COLUMN panel_sessions.origin IS 'The panel, as it stands in organizations.panel_origins; taken off there, its sessions are over';
COMMENT ON COLUMN panel_sessions.code_hash IS 'SHA-256 of the one-time code, hex';
COMMENT ON COLUMN panel_sessions.state_hash IS 'SHA-256 of the state in the cookie of the browser that began, base64url: no other may redeem the code';
COMMENT ON COLUMN panel_sessions.code_expires_at IS 'Until when the code can be redeemed';
COMMENT ON COLUMN panel_sessions.token_hash IS 'SHA-256 of the panel''s cookie, hex; null until the code is redeemed, which sets it once';
COMMENT ON COLUMN panel_sessions.created_at IS 'When the code was made';
COMMENT ON COLUMN panel_sessions.ip IS 'Address of the browser that asked for the code';
COMMENT ON COLUMN panel_sessions.user_agent IS 'That browser, shortened';

ALTER TABLE panel_sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE panel_sessions FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON panel_sessions TO gatehouse_app USING (organization_id = current_organization());
GRANT SELECT, INSERT, UPDATE (token_hash), DELETE ON panel_sessions TO gatehouse_app;
