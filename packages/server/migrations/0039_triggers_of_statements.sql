-- Users and grants that one statement adds or removes are processed at once by these triggers, no longer one row after the other.
--
-- Locks: ACCESS EXCLUSIVE on users and user_roles until the end of the migration, which takes milliseconds.

CREATE OR REPLACE FUNCTION users_copy_membership() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.users'::regclass THEN
    RAISE EXCEPTION 'users_copy_membership belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF TG_OP = 'DELETE' THEN
    DELETE FROM public.account_organizations m USING changed_users c
      WHERE m.account_id = c.account_id AND m.organization_id = c.organization_id;
  ELSIF TG_OP = 'INSERT' THEN
    INSERT INTO public.account_organizations (account_id, organization_id, user_id, status, organization_name)
      SELECT c.account_id, c.organization_id, c.user_id, c.status, o.name
        FROM changed_users c JOIN public.organizations o ON o.organization_id = c.organization_id;
  ELSE
    UPDATE public.account_organizations SET status = NEW.status
      WHERE account_id = NEW.account_id AND organization_id = NEW.organization_id;
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER users_copy_membership ON users;
CREATE TRIGGER users_copy_membership AFTER INSERT ON users REFERENCING NEW TABLE AS changed_users
  FOR EACH STATEMENT EXECUTE FUNCTION users_copy_membership();
CREATE TRIGGER users_copy_membership_gone AFTER DELETE ON users REFERENCING OLD TABLE AS changed_users
  FOR EACH STATEMENT EXECUTE FUNCTION users_copy_membership();
-- For each row, because a trigger of statements would run at every change of a user: it can't be limited to a column.
CREATE TRIGGER users_copy_membership_status AFTER UPDATE OF status ON users
  FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION users_copy_membership();

-- After users_copy_membership_gone, which deletes the rows that refer to the accounts: triggers run in the order of their names.
CREATE OR REPLACE FUNCTION users_remove_account() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.users'::regclass THEN
    RAISE EXCEPTION 'users_remove_account belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  DELETE FROM public.accounts a USING changed_users c WHERE a.account_id = c.account_id AND a.email IS NULL;
  RETURN NULL;
END $$;
DROP TRIGGER users_remove_account ON users;
CREATE TRIGGER users_remove_account AFTER DELETE ON users REFERENCING OLD TABLE AS changed_users
  FOR EACH STATEMENT EXECUTE FUNCTION users_remove_account();

CREATE OR REPLACE FUNCTION user_roles_keep_owner() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.user_roles'::regclass THEN
    RAISE EXCEPTION 'user_roles_keep_owner belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF TG_OP = 'INSERT' AND EXISTS (SELECT FROM changed_grants c
      JOIN public.roles r ON r.organization_id = c.organization_id AND r.role_id = c.role_id
      WHERE r.is_owner AND c.expires_at IS NOT NULL) THEN
    RAISE EXCEPTION 'the owner role has no end' USING ERRCODE = 'check_violation', CONSTRAINT = 'user_roles_owner_has_no_end';
  END IF;
  UPDATE public.users u SET is_owner = (TG_OP = 'INSERT')
    FROM changed_grants c JOIN public.roles r ON r.organization_id = c.organization_id AND r.role_id = c.role_id
    WHERE r.is_owner AND u.organization_id = c.organization_id AND u.user_id = c.user_id;
  RETURN NULL;
END $$;
DROP TRIGGER user_roles_keep_owner ON user_roles;
CREATE TRIGGER user_roles_keep_owner AFTER INSERT ON user_roles REFERENCING NEW TABLE AS changed_grants
  FOR EACH STATEMENT EXECUTE FUNCTION user_roles_keep_owner();
CREATE TRIGGER user_roles_keep_owner_gone AFTER DELETE ON user_roles REFERENCING OLD TABLE AS changed_grants
  FOR EACH STATEMENT EXECUTE FUNCTION user_roles_keep_owner();
