CREATE TABLE users (
  organization_id uuid NOT NULL REFERENCES organizations,
  user_id         uuid NOT NULL,
  account_id      uuid NOT NULL REFERENCES accounts,
  name            text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
  email           text NOT NULL COLLATE "C",
  name_key        text NOT NULL COLLATE "C",
  search_key      text NOT NULL COLLATE "C",
  phone           text CHECK (char_length(phone) <= 40),
  external_id     text COLLATE "C" CHECK (char_length(external_id) <= 200),
  status          text NOT NULL DEFAULT 'active' COLLATE "C" CHECK (status IN ('active', 'suspended')),
  is_owner        boolean NOT NULL DEFAULT false,
  invited_by_type text CHECK (invited_by_type IN ('user', 'api-key', 'system')),
  invited_by_id   uuid,
  invited_by_name text,
  version         integer NOT NULL DEFAULT 1,
  last_active_at  timestamptz,
  created_at      timestamptz NOT NULL,
  PRIMARY KEY (organization_id, user_id)
);
CREATE UNIQUE INDEX users_account_key ON users (organization_id, account_id);
CREATE UNIQUE INDEX users_external_id_key ON users (organization_id, external_id);
CREATE INDEX users_by_name ON users (organization_id, name_key, user_id);
CREATE INDEX users_by_activity ON users (organization_id, COALESCE(last_active_at, to_timestamp(0)), user_id);
CREATE INDEX users_by_status_name ON users (organization_id, status, name_key, user_id);
CREATE INDEX users_by_trigram ON users USING gin (search_key gin_trgm_ops);
COMMENT ON TABLE users IS 'An account''s membership of one organization';
COMMENT ON COLUMN users.organization_id IS 'Tenant';
COMMENT ON COLUMN users.user_id IS 'UUIDv7';
COMMENT ON COLUMN users.account_id IS 'Who signs in as this user';
COMMENT ON COLUMN users.name IS 'Display name in this organization';
COMMENT ON COLUMN users.email IS 'Copy of the account''s address, so that lists and searches stay inside the tenant';
COMMENT ON COLUMN users.name_key IS 'Folded name: the order of the list';
COMMENT ON COLUMN users.search_key IS 'Folded name, a line break, folded address: what searches look into';
COMMENT ON COLUMN users.phone IS 'Optional, as typed';
COMMENT ON COLUMN users.external_id IS 'Optional id in another system; unique in the organization';
COMMENT ON COLUMN users.status IS 'active, or suspended: keeps roles but opens nothing';
COMMENT ON COLUMN users.is_owner IS 'Holds the owner role; kept by the trigger on user_roles alone';
COMMENT ON COLUMN users.invited_by_type IS 'Kind of actor who invited; null for the one who set the organization up';
COMMENT ON COLUMN users.invited_by_id IS 'That actor''s id, who may have left since';
COMMENT ON COLUMN users.invited_by_name IS 'That actor''s name at the time';
COMMENT ON COLUMN users.version IS 'Rises with every change of profile, status or roles; the ETag';
COMMENT ON COLUMN users.last_active_at IS 'Last request, to the minute; null until the first';
COMMENT ON COLUMN users.created_at IS 'When they joined';

CREATE TABLE user_roles (
  organization_id uuid NOT NULL,
  user_id         uuid NOT NULL,
  role_id         uuid NOT NULL,
  granted_by_type text NOT NULL CHECK (granted_by_type IN ('user', 'api-key', 'system')),
  granted_by_id   uuid,
  granted_by_name text NOT NULL,
  granted_at      timestamptz NOT NULL,
  expires_at      timestamptz,
  PRIMARY KEY (organization_id, user_id, role_id),
  FOREIGN KEY (organization_id, user_id) REFERENCES users ON DELETE CASCADE,
  FOREIGN KEY (organization_id, role_id) REFERENCES roles
);
CREATE INDEX user_roles_by_role ON user_roles (organization_id, role_id, user_id) INCLUDE (expires_at);
COMMENT ON TABLE user_roles IS 'A grant: one role held by one user';
COMMENT ON COLUMN user_roles.organization_id IS 'Tenant';
COMMENT ON COLUMN user_roles.user_id IS 'Who holds it';
COMMENT ON COLUMN user_roles.role_id IS 'What they hold';
COMMENT ON COLUMN user_roles.granted_by_type IS 'Kind of actor who gave it';
COMMENT ON COLUMN user_roles.granted_by_id IS 'That actor''s id, who may have left since';
COMMENT ON COLUMN user_roles.granted_by_name IS 'That actor''s name at the time';
COMMENT ON COLUMN user_roles.granted_at IS 'When';
COMMENT ON COLUMN user_roles.expires_at IS 'Until when; null for no end';

-- Always an owner. user_roles keeps users.is_owner, and users keeps organizations.owner_count. Both steps are UPDATEs of
-- a row that a competing change must update too, so of two changes that would together remove the last owner one waits,
-- sees the other and fails its CHECK (or is told to retry at REPEATABLE READ). No lock has to be remembered.
CREATE FUNCTION user_roles_keep_owner() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF EXISTS (SELECT FROM roles r WHERE r.organization_id = NEW.organization_id AND r.role_id = NEW.role_id AND r.is_owner) THEN
      IF NEW.expires_at IS NOT NULL THEN
        RAISE EXCEPTION 'the owner role has no end' USING ERRCODE = 'check_violation', CONSTRAINT = 'user_roles_owner_has_no_end';
      END IF;
      UPDATE users SET is_owner = true WHERE organization_id = NEW.organization_id AND user_id = NEW.user_id;
    END IF;
  ELSIF EXISTS (SELECT FROM roles r WHERE r.organization_id = OLD.organization_id AND r.role_id = OLD.role_id AND r.is_owner) THEN
    UPDATE users SET is_owner = false WHERE organization_id = OLD.organization_id AND user_id = OLD.user_id;
  END IF;
  RETURN NULL;
END $$;
ALTER FUNCTION user_roles_keep_owner() OWNER TO gatehouse_keeper;
CREATE TRIGGER user_roles_keep_owner AFTER INSERT OR DELETE ON user_roles
  FOR EACH ROW EXECUTE FUNCTION user_roles_keep_owner();

CREATE FUNCTION users_keep_owner_count() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  was integer := 0;
  is_now integer := 0;
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.is_owner AND OLD.status = 'active' THEN was := 1; END IF;
  IF TG_OP <> 'DELETE' AND NEW.is_owner AND NEW.status = 'active' THEN is_now := 1; END IF;
  IF was <> is_now THEN
    UPDATE organizations SET owner_count = COALESCE(owner_count, 0) + is_now - was
      WHERE organization_id = COALESCE(NEW.organization_id, OLD.organization_id);
  END IF;
  RETURN NULL;
END $$;
ALTER FUNCTION users_keep_owner_count() OWNER TO gatehouse_keeper;
CREATE TRIGGER users_keep_owner_count AFTER INSERT OR DELETE OR UPDATE OF status, is_owner ON users
  FOR EACH ROW EXECUTE FUNCTION users_keep_owner_count();

-- Counted once a statement, not once a row: a bulk import would otherwise write a version of the organization's row for
-- every user, and read past all of them each time.
CREATE FUNCTION users_keep_count() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE organizations o
    SET user_count = o.user_count + CASE TG_OP WHEN 'INSERT' THEN c.changed ELSE -c.changed END
    FROM (SELECT organization_id, count(*)::integer AS changed FROM changed_users GROUP BY organization_id) c
    WHERE o.organization_id = c.organization_id;
  RETURN NULL;
END $$;
ALTER FUNCTION users_keep_count() OWNER TO gatehouse_keeper;
CREATE TRIGGER users_count_joined AFTER INSERT ON users REFERENCING NEW TABLE AS changed_users
  FOR EACH STATEMENT EXECUTE FUNCTION users_keep_count();
CREATE TRIGGER users_count_gone AFTER DELETE ON users REFERENCING OLD TABLE AS changed_users
  FOR EACH STATEMENT EXECUTE FUNCTION users_keep_count();

CREATE FUNCTION users_copy_membership() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    DELETE FROM account_organizations WHERE account_id = OLD.account_id AND organization_id = OLD.organization_id;
  ELSIF TG_OP = 'INSERT' THEN
    INSERT INTO account_organizations (account_id, organization_id, user_id, status, organization_name)
      SELECT NEW.account_id, NEW.organization_id, NEW.user_id, NEW.status, o.name
        FROM organizations o WHERE o.organization_id = NEW.organization_id;
  ELSE
    UPDATE account_organizations SET status = NEW.status
      WHERE account_id = NEW.account_id AND organization_id = NEW.organization_id;
  END IF;
  RETURN NULL;
END $$;
ALTER FUNCTION users_copy_membership() OWNER TO gatehouse_keeper;
CREATE TRIGGER users_copy_membership AFTER INSERT OR DELETE OR UPDATE OF status ON users
  FOR EACH ROW EXECUTE FUNCTION users_copy_membership();

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON users TO gatehouse_app USING (organization_id = current_organization());
CREATE POLICY keeper ON users TO gatehouse_keeper USING (true);
CREATE POLICY search ON users FOR SELECT TO gatehouse_search USING (true);
ALTER TABLE user_roles ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_roles FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON user_roles TO gatehouse_app USING (organization_id = current_organization());

GRANT SELECT, INSERT, DELETE ON users TO gatehouse_app;
GRANT UPDATE (name, email, name_key, search_key, phone, external_id, status, version, last_active_at) ON users TO gatehouse_app;
GRANT SELECT, UPDATE (is_owner) ON users TO gatehouse_keeper;
GRANT SELECT ON users TO gatehouse_search;
GRANT SELECT, INSERT, DELETE ON user_roles TO gatehouse_app;
GRANT UPDATE (granted_by_type, granted_by_id, granted_by_name, granted_at, expires_at) ON user_roles TO gatehouse_app;

-- Pattern matching is not leakproof, so under row-level security it can't use an index. This view is owned by a role that
-- sees every row and carries the tenant condition itself; without a tenant it fails like everything else.
CREATE VIEW users_search AS
  SELECT organization_id, user_id, name_key, search_key, status, last_active_at
    FROM users WHERE organization_id = current_organization();
ALTER VIEW users_search OWNER TO gatehouse_search;
GRANT SELECT ON users_search TO gatehouse_app;
COMMENT ON VIEW users_search IS 'The tenant''s users for substring search, where an index can be used';
COMMENT ON COLUMN users_search.organization_id IS 'Tenant';
COMMENT ON COLUMN users_search.user_id IS 'The user';
COMMENT ON COLUMN users_search.name_key IS 'Order of the list';
COMMENT ON COLUMN users_search.search_key IS 'What is searched';
COMMENT ON COLUMN users_search.status IS 'active or suspended';
COMMENT ON COLUMN users_search.last_active_at IS 'Last request, to the minute';
