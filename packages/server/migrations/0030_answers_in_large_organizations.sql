-- Lists, searches and counts take as long in an organization of a million users as in a small one.
--
-- Locks: each step below takes ACCESS EXCLUSIVE or SHARE on users, user_roles or roles, until the end of the migration: requests that
-- read or write users wait that long. It takes about a minute for each million users, most of it for the search index, which
-- needs maintenance_work_mem.
SET LOCAL maintenance_work_mem = '512MB';
SET LOCAL work_mem = '256MB';

-- The search reads only the entries of its organization. The trigrams of a word's beginning find one and two letters, too.
CREATE EXTENSION IF NOT EXISTS btree_gin;
DROP INDEX users_by_trigram;
CREATE INDEX users_by_words ON users USING gin (organization_id, search_key gin_trgm_ops);

-- CASE instead of COALESCE, which PostgreSQL doesn't consider leakproof: under row-level security, a condition with it can't use the index.
DROP INDEX users_by_activity;
CREATE INDEX users_by_activity ON users
  (organization_id, (CASE WHEN last_active_at IS NULL THEN to_timestamp(0) ELSE last_active_at END), user_id);
CREATE INDEX users_by_status_activity ON users
  (organization_id, status, (CASE WHEN last_active_at IS NULL THEN to_timestamp(0) ELSE last_active_at END), user_id);

-- The users of a role come out of an index in the order of their names.
ALTER TABLE users NO FORCE ROW LEVEL SECURITY;
ALTER TABLE user_roles NO FORCE ROW LEVEL SECURITY;
ALTER TABLE user_roles ADD COLUMN name_key text COLLATE "C";
COMMENT ON COLUMN user_roles.name_key IS 'Copy of the user''s: the order of the list of a role''s users; kept by triggers alone';
UPDATE user_roles g SET name_key = u.name_key
  FROM users u WHERE u.organization_id = g.organization_id AND u.user_id = g.user_id;
ALTER TABLE user_roles ALTER COLUMN name_key SET NOT NULL;
CREATE INDEX user_roles_by_name ON user_roles (organization_id, role_id, name_key, user_id) INCLUDE (expires_at);

CREATE FUNCTION user_roles_copy_name() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.user_roles'::regclass THEN
    RAISE EXCEPTION 'user_roles_copy_name belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- Locked, so that a renaming at the same time sees this grant. Without a user, the foreign key rejects the row.
  SELECT u.name_key INTO NEW.name_key FROM public.users u
    WHERE u.organization_id = NEW.organization_id AND u.user_id = NEW.user_id FOR SHARE;
  NEW.name_key := COALESCE(NEW.name_key, '');
  RETURN NEW;
END $$;
ALTER FUNCTION user_roles_copy_name() OWNER TO gatehouse_keeper;
COMMENT ON FUNCTION user_roles_copy_name() IS 'Copies the sort key of the user''s name into a new grant';
REVOKE ALL ON FUNCTION user_roles_copy_name() FROM PUBLIC;
CREATE TRIGGER user_roles_copy_name BEFORE INSERT ON user_roles
  FOR EACH ROW EXECUTE FUNCTION user_roles_copy_name();

CREATE FUNCTION users_copy_name() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.users'::regclass THEN
    RAISE EXCEPTION 'users_copy_name belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE public.user_roles SET name_key = NEW.name_key
    WHERE organization_id = NEW.organization_id AND user_id = NEW.user_id;
  RETURN NULL;
END $$;
ALTER FUNCTION users_copy_name() OWNER TO gatehouse_keeper;
COMMENT ON FUNCTION users_copy_name() IS 'Copies a changed sort key into the grants of the user';
REVOKE ALL ON FUNCTION users_copy_name() FROM PUBLIC;
CREATE TRIGGER users_copy_name AFTER UPDATE OF name_key ON users
  FOR EACH ROW WHEN (OLD.name_key <> NEW.name_key) EXECUTE FUNCTION users_copy_name();

-- Grants without an end are counted at their role. Those with an end are counted when they are read, because they end by themselves.
ALTER TABLE roles NO FORCE ROW LEVEL SECURITY;
ALTER TABLE roles ADD COLUMN permanent_user_count integer NOT NULL DEFAULT 0 CHECK (permanent_user_count >= 0);
COMMENT ON COLUMN roles.permanent_user_count IS 'Users who have the role without an end; kept by triggers alone';
UPDATE roles r SET permanent_user_count = c.users
  FROM (SELECT organization_id, role_id, count(*)::integer AS users FROM user_roles WHERE expires_at IS NULL
    GROUP BY organization_id, role_id) c
  WHERE c.organization_id = r.organization_id AND c.role_id = r.role_id;
CREATE INDEX user_roles_ending_by_role ON user_roles (organization_id, role_id, expires_at) WHERE expires_at IS NOT NULL;
ALTER TABLE roles FORCE ROW LEVEL SECURITY;
ALTER TABLE user_roles FORCE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;

-- Once for each statement, like users_keep_count; roles in the order of their ids, so that two statements don't wait for each other.
CREATE FUNCTION roles_keep_user_count() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.user_roles'::regclass THEN
    RAISE EXCEPTION 'roles_keep_user_count belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    WITH changes AS (
      SELECT c.organization_id, c.role_id, sum(c.change)::integer AS change FROM (
        SELECT organization_id, role_id, 1 AS change FROM changed_grants WHERE expires_at IS NULL
        UNION ALL SELECT organization_id, role_id, -1 FROM previous_grants WHERE expires_at IS NULL) c
      GROUP BY c.organization_id, c.role_id HAVING sum(c.change) <> 0),
    locked AS MATERIALIZED (
      SELECT r.organization_id, r.role_id, c.change FROM changes c
        JOIN public.roles r ON r.organization_id = c.organization_id AND r.role_id = c.role_id
        ORDER BY r.organization_id, r.role_id FOR NO KEY UPDATE OF r)
    UPDATE public.roles r SET permanent_user_count = r.permanent_user_count + l.change
      FROM locked l WHERE r.organization_id = l.organization_id AND r.role_id = l.role_id;
  ELSE
    WITH changes AS (
      SELECT organization_id, role_id, (CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END * count(*))::integer AS change
        FROM changed_grants WHERE expires_at IS NULL GROUP BY organization_id, role_id),
    locked AS MATERIALIZED (
      SELECT r.organization_id, r.role_id, c.change FROM changes c
        JOIN public.roles r ON r.organization_id = c.organization_id AND r.role_id = c.role_id
        ORDER BY r.organization_id, r.role_id FOR NO KEY UPDATE OF r)
    UPDATE public.roles r SET permanent_user_count = r.permanent_user_count + l.change
      FROM locked l WHERE r.organization_id = l.organization_id AND r.role_id = l.role_id;
  END IF;
  RETURN NULL;
END $$;
ALTER FUNCTION roles_keep_user_count() OWNER TO gatehouse_keeper;
COMMENT ON FUNCTION roles_keep_user_count() IS 'Counts the grants without an end at their roles';
REVOKE ALL ON FUNCTION roles_keep_user_count() FROM PUBLIC;
CREATE TRIGGER user_roles_count_given AFTER INSERT ON user_roles REFERENCING NEW TABLE AS changed_grants
  FOR EACH STATEMENT EXECUTE FUNCTION roles_keep_user_count();
CREATE TRIGGER user_roles_count_changed AFTER UPDATE ON user_roles REFERENCING OLD TABLE AS previous_grants NEW TABLE AS changed_grants
  FOR EACH STATEMENT EXECUTE FUNCTION roles_keep_user_count();
CREATE TRIGGER user_roles_count_removed AFTER DELETE ON user_roles REFERENCING OLD TABLE AS changed_grants
  FOR EACH STATEMENT EXECUTE FUNCTION roles_keep_user_count();

CREATE POLICY keeper ON user_roles TO gatehouse_keeper USING (true);
GRANT SELECT (organization_id, user_id), UPDATE (name_key) ON user_roles TO gatehouse_keeper;
DROP POLICY keeper ON roles;
CREATE POLICY keeper ON roles TO gatehouse_keeper USING (true);
GRANT UPDATE (permanent_user_count) ON roles TO gatehouse_keeper;
REVOKE INSERT, UPDATE ON roles FROM gatehouse_app;
GRANT INSERT (organization_id, role_id, name, name_key, description, translations, name_keys, is_owner, created_at, updated_at)
  ON roles TO gatehouse_app;
GRANT UPDATE (name, name_key, description, translations, name_keys, version, updated_at) ON roles TO gatehouse_app;
