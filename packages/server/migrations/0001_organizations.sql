-- Database roles. The application runs as gatehouse_app, which owns nothing; the other two exist only as owners of one
-- view and of the trigger functions, and cannot log in. Roles belong to the whole server, so another database on it
-- may have made them already, perhaps at this very moment.
DO $$
DECLARE wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['gatehouse_app', 'gatehouse_search', 'gatehouse_keeper'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
      END;
    END IF;
    -- From PostgreSQL 16 on, whoever makes a role may administer it but not act as it, until it is granted.
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
      BEGIN
        EXECUTE format('GRANT %I TO CURRENT_USER', wanted);
      EXCEPTION WHEN insufficient_privilege THEN NULL; -- an administrator made and granted it
      END;
    END IF;
  END LOOP;
END $$;

CREATE EXTENSION IF NOT EXISTS pg_trgm;

GRANT USAGE ON SCHEMA public TO gatehouse_app, gatehouse_search, gatehouse_keeper;
GRANT CREATE ON SCHEMA public TO gatehouse_search, gatehouse_keeper;

CREATE FUNCTION current_organization() RETURNS uuid
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT current_setting('gatehouse.organization_id')::uuid $$;
COMMENT ON FUNCTION current_organization() IS
  'The tenant of this transaction. Fails when none was set: a forgotten tenant is an error, never all rows';

CREATE TABLE organizations (
  organization_id uuid PRIMARY KEY,
  name            text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
  owner_count     integer CHECK (owner_count >= 1),
  user_count      integer NOT NULL DEFAULT 0 CHECK (user_count >= 0),
  created_at      timestamptz NOT NULL
);
COMMENT ON TABLE organizations IS 'A tenant: one company or application whose panel is protected';
COMMENT ON COLUMN organizations.organization_id IS 'UUIDv7, made by the application';
COMMENT ON COLUMN organizations.name IS 'As shown in the panel and in mails';
COMMENT ON COLUMN organizations.owner_count IS
  'Active users who hold the owner role. Kept by triggers alone; null only until the first owner joins in the founding transaction';
COMMENT ON COLUMN organizations.user_count IS
  'Users, whatever their status. Kept by triggers alone, so that the list of users has its total without counting';
COMMENT ON COLUMN organizations.created_at IS 'When it was set up';

CREATE FUNCTION organizations_need_an_owner() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF (SELECT owner_count FROM organizations WHERE organization_id = NEW.organization_id) IS NULL THEN
    RAISE EXCEPTION 'organization % has no active owner', NEW.organization_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'organizations_owner_count_check';
  END IF;
  RETURN NULL;
END $$;
ALTER FUNCTION organizations_need_an_owner() OWNER TO gatehouse_keeper;
CREATE CONSTRAINT TRIGGER organizations_need_an_owner AFTER INSERT ON organizations
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION organizations_need_an_owner();

CREATE TABLE catalogues (
  organization_id uuid PRIMARY KEY REFERENCES organizations,
  definition      jsonb NOT NULL,
  version         integer NOT NULL DEFAULT 1,
  updated_at      timestamptz NOT NULL
);
COMMENT ON TABLE catalogues IS 'The permissions that an organization''s panel declares; written from code, never by hand';
COMMENT ON COLUMN catalogues.organization_id IS 'Tenant';
COMMENT ON COLUMN catalogues.definition IS 'Groups and actions as declared, without Gatehouse''s own groups';
COMMENT ON COLUMN catalogues.version IS 'Rises with every change; compiled catalogues are kept in memory by it';
COMMENT ON COLUMN catalogues.updated_at IS 'When the definition last changed';

CREATE TABLE roles (
  organization_id uuid NOT NULL REFERENCES organizations,
  role_id         uuid NOT NULL,
  name            text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
  name_key        text NOT NULL COLLATE "C",
  description     text NOT NULL DEFAULT '' CHECK (char_length(description) <= 500),
  is_owner        boolean NOT NULL DEFAULT false,
  version         integer NOT NULL DEFAULT 1,
  created_at      timestamptz NOT NULL,
  updated_at      timestamptz NOT NULL,
  PRIMARY KEY (organization_id, role_id)
);
CREATE UNIQUE INDEX roles_name_key ON roles (organization_id, name_key);
CREATE UNIQUE INDEX roles_one_owner_role ON roles (organization_id) WHERE is_owner;
COMMENT ON TABLE roles IS 'A named set of permissions in one organization';
COMMENT ON COLUMN roles.organization_id IS 'Tenant';
COMMENT ON COLUMN roles.role_id IS 'UUIDv7';
COMMENT ON COLUMN roles.name IS 'As shown';
COMMENT ON COLUMN roles.name_key IS 'Folded name: unique in the organization, so that "Viewer" and "viewer" are one';
COMMENT ON COLUMN roles.description IS 'One sentence of what holders can do';
COMMENT ON COLUMN roles.is_owner IS 'The built-in role that holds every permission; read-only, one in each organization';
COMMENT ON COLUMN roles.version IS 'Rises with every change; the ETag';
COMMENT ON COLUMN roles.created_at IS 'When it was made';
COMMENT ON COLUMN roles.updated_at IS 'When it last changed';

CREATE TABLE role_permissions (
  organization_id uuid NOT NULL,
  role_id         uuid NOT NULL,
  permission      text NOT NULL COLLATE "C" CHECK (char_length(permission) <= 130),
  PRIMARY KEY (organization_id, role_id, permission),
  FOREIGN KEY (organization_id, role_id) REFERENCES roles ON DELETE CASCADE
);
CREATE INDEX role_permissions_by_permission ON role_permissions (organization_id, permission);
COMMENT ON TABLE role_permissions IS 'What a role gives, as chosen: implied permissions are worked out when they are needed';
COMMENT ON COLUMN role_permissions.organization_id IS 'Tenant';
COMMENT ON COLUMN role_permissions.role_id IS 'The role';
COMMENT ON COLUMN role_permissions.permission IS 'group:action; one that has left the catalogue gives nothing';

ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
ALTER TABLE organizations FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON organizations TO gatehouse_app USING (organization_id = current_organization());
CREATE POLICY keeper ON organizations TO gatehouse_keeper USING (true);
ALTER TABLE catalogues ENABLE ROW LEVEL SECURITY;
ALTER TABLE catalogues FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON catalogues TO gatehouse_app USING (organization_id = current_organization());
ALTER TABLE roles ENABLE ROW LEVEL SECURITY;
ALTER TABLE roles FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON roles TO gatehouse_app USING (organization_id = current_organization());
CREATE POLICY keeper ON roles FOR SELECT TO gatehouse_keeper USING (true);
ALTER TABLE role_permissions ENABLE ROW LEVEL SECURITY;
ALTER TABLE role_permissions FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON role_permissions TO gatehouse_app USING (organization_id = current_organization());

GRANT SELECT ON organizations TO gatehouse_app;
GRANT INSERT (organization_id, name, created_at) ON organizations TO gatehouse_app;
GRANT UPDATE (name) ON organizations TO gatehouse_app;
GRANT SELECT, UPDATE (owner_count, user_count) ON organizations TO gatehouse_keeper;
GRANT SELECT, INSERT, UPDATE ON catalogues TO gatehouse_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON roles, role_permissions TO gatehouse_app;
GRANT SELECT ON roles TO gatehouse_keeper;
