-- A person agrees once before a panel on another host learns who they are; and a hand-off's code dies with its first use.

CREATE TABLE panel_consents (
  organization_id uuid NOT NULL REFERENCES organizations,
  user_id         uuid NOT NULL,
  origin          text NOT NULL COLLATE "C" CHECK (char_length(origin) <= 300),
  consented_at    timestamptz NOT NULL,
  PRIMARY KEY (organization_id, user_id, origin),
  FOREIGN KEY (organization_id, user_id) REFERENCES users ON DELETE CASCADE
);
COMMENT ON TABLE panel_consents IS
  'Which panels on other hosts a user has agreed to go on to: each learns their name and e-mail address';
COMMENT ON COLUMN panel_consents.organization_id IS 'Tenant';
COMMENT ON COLUMN panel_consents.user_id IS 'Who agreed';
COMMENT ON COLUMN panel_consents.origin IS
  'The panel, as it stands in organizations.panel_origins; taken off there, the next visit asks again';
COMMENT ON COLUMN panel_consents.consented_at IS 'When';

ALTER TABLE panel_consents ENABLE ROW LEVEL SECURITY;
ALTER TABLE panel_consents FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON panel_consents TO gatehouse_app USING (organization_id = current_organization());
GRANT SELECT, INSERT, DELETE ON panel_consents TO gatehouse_app;

-- With the rights of the role that changes the list: the tenant's policy holds here as well.
CREATE FUNCTION organizations_end_panel_consents() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  DELETE FROM panel_consents WHERE organization_id = NEW.organization_id AND origin <> ALL (NEW.panel_origins);
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION organizations_end_panel_consents() FROM PUBLIC;
CREATE TRIGGER organizations_end_panel_consents AFTER UPDATE OF panel_origins ON organizations
  FOR EACH ROW WHEN (OLD.panel_origins IS DISTINCT FROM NEW.panel_origins)
  EXECUTE FUNCTION organizations_end_panel_consents();

-- Nobody has agreed so far: people are asked at their next visit, and signed in to the panel again.
TRUNCATE panel_sessions;
-- A new foreign key looks at every row, and no tenant is set here: for that look the owner of the tables is not held to the policy.
ALTER TABLE panel_sessions NO FORCE ROW LEVEL SECURITY;
ALTER TABLE panel_consents NO FORCE ROW LEVEL SECURITY;
ALTER TABLE panel_sessions
  ADD COLUMN code_used_at timestamptz,
  ADD CHECK (token_hash IS NULL OR code_used_at IS NOT NULL),
  ADD FOREIGN KEY (organization_id, user_id, origin) REFERENCES panel_consents ON DELETE CASCADE;
ALTER TABLE panel_sessions FORCE ROW LEVEL SECURITY;
ALTER TABLE panel_consents FORCE ROW LEVEL SECURITY;
COMMENT ON COLUMN panel_sessions.code_used_at IS
  'When somebody presented the code, whether it fitted or not: it works no second time';
GRANT UPDATE (code_used_at) ON panel_sessions TO gatehouse_app;
