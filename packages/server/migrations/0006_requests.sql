CREATE TABLE api_keys (
  organization_id uuid NOT NULL REFERENCES organizations,
  api_key_id      uuid NOT NULL,
  name            text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
  secret_hash     text NOT NULL COLLATE "C",
  permissions     text[],
  created_by      uuid NOT NULL,
  created_at      timestamptz NOT NULL,
  expires_at      timestamptz,
  revoked_at      timestamptz,
  last_used_at    timestamptz,
  PRIMARY KEY (organization_id, api_key_id)
);
CREATE UNIQUE INDEX api_keys_secret_key ON api_keys (organization_id, secret_hash);
COMMENT ON TABLE api_keys IS 'Keys of programs. The key''s text carries the organization''s id, so that the look-up stays inside the tenant';
COMMENT ON COLUMN api_keys.organization_id IS 'Tenant';
COMMENT ON COLUMN api_keys.api_key_id IS 'UUIDv7';
COMMENT ON COLUMN api_keys.name IS 'What it is for';
COMMENT ON COLUMN api_keys.secret_hash IS 'SHA-256 of the whole key, hex; the key is shown once';
COMMENT ON COLUMN api_keys.permissions IS 'What it may do at most; null for all that its creator may';
COMMENT ON COLUMN api_keys.created_by IS 'The user whose rights at the time of each call cap it; without that user it may do nothing';
COMMENT ON COLUMN api_keys.created_at IS 'When it was made';
COMMENT ON COLUMN api_keys.expires_at IS 'Until when it works; null for no end';
COMMENT ON COLUMN api_keys.revoked_at IS 'When it was revoked';
COMMENT ON COLUMN api_keys.last_used_at IS 'Last call, to the minute';

CREATE TABLE idempotency_keys (
  organization_id uuid NOT NULL REFERENCES organizations,
  actor_id        uuid NOT NULL,
  key             text NOT NULL COLLATE "C" CHECK (char_length(key) <= 255),
  request_hash    text NOT NULL,
  status          integer,
  answer          jsonb,
  created_at      timestamptz NOT NULL,
  PRIMARY KEY (organization_id, actor_id, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (organization_id, created_at);
COMMENT ON TABLE idempotency_keys IS 'Answers of creating requests, written in the transaction of the change, so that a repeated request gets the same one';
COMMENT ON COLUMN idempotency_keys.organization_id IS 'Tenant';
COMMENT ON COLUMN idempotency_keys.actor_id IS 'Whose key it is';
COMMENT ON COLUMN idempotency_keys.key IS 'As the caller chose it';
COMMENT ON COLUMN idempotency_keys.request_hash IS 'SHA-256 of method, path and body: another request under the same key is refused';
COMMENT ON COLUMN idempotency_keys.status IS 'Status of the answer; null while the request runs';
COMMENT ON COLUMN idempotency_keys.answer IS 'Body of the answer';
COMMENT ON COLUMN idempotency_keys.created_at IS 'When; kept for a day';

ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON api_keys TO gatehouse_app USING (organization_id = current_organization());
ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON idempotency_keys TO gatehouse_app USING (organization_id = current_organization());

GRANT SELECT, INSERT, UPDATE ON api_keys TO gatehouse_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO gatehouse_app;
