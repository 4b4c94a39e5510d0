-- A write is refused when the rights that it rests on were taken away while it was on its way.

CREATE FUNCTION require_unchanged_authority(is_unchanged boolean) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF is_unchanged IS NOT TRUE THEN
    RAISE EXCEPTION 'the rights of this transaction changed while it ran' USING ERRCODE = 'serialization_failure';
  END IF;
END $$;
COMMENT ON FUNCTION require_unchanged_authority(boolean) IS
  'Fails a transaction whose actor''s rights changed while it ran, as a conflict: tried again, it reads the rights as they are then';
REVOKE ALL ON FUNCTION require_unchanged_authority(boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION require_unchanged_authority(boolean) TO gatehouse_app;

CREATE TABLE session_uses (
  organization_id uuid NOT NULL REFERENCES organizations,
  session_hash    text NOT NULL COLLATE "C",
  last_used_at    timestamptz NOT NULL,
  PRIMARY KEY (organization_id, session_hash)
);
COMMENT ON TABLE session_uses IS
  'Which sessions were used in which organization: those who manage its users see and end no others of an account that belongs to several';
COMMENT ON COLUMN session_uses.organization_id IS 'Tenant';
COMMENT ON COLUMN session_uses.session_hash IS 'token_hash of the session: when that is gone, so is this';
COMMENT ON COLUMN session_uses.last_used_at IS 'Last request in this organization, to the minute';

-- Where the open sessions were used is not known: they count as used in every organization that lets their account in, so that
-- those who manage its users can end them. Before the policies below, because no tenant is set here.
INSERT INTO session_uses (organization_id, session_hash, last_used_at)
SELECT m.organization_id, s.token_hash, s.last_seen_at
FROM sessions s
JOIN account_organizations m ON m.account_id = s.account_id AND m.status = 'active'
WHERE s.expires_at > now();

ALTER TABLE session_uses ENABLE ROW LEVEL SECURITY;
ALTER TABLE session_uses FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON session_uses TO gatehouse_app USING (organization_id = current_organization());
GRANT SELECT, INSERT, UPDATE (last_used_at), DELETE ON session_uses TO gatehouse_app;
