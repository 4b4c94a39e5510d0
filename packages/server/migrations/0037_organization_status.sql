-- The operator of an installation creates organizations, suspends and deletes them, and limits their users.
--
-- Locks: ACCESS EXCLUSIVE on organizations, for new columns and constraints; the rows are few.
ALTER TABLE organizations
  ADD COLUMN status text NOT NULL DEFAULT 'active' COLLATE "C" CHECK (status IN ('active', 'suspended')),
  ADD COLUMN user_limit integer CHECK (user_limit >= 1),
  ADD COLUMN deleted_at timestamptz,
  ADD COLUMN restorable_until timestamptz,
  ADD CONSTRAINT organizations_deletion_check CHECK ((deleted_at IS NULL) = (restorable_until IS NULL)),
  -- The rows of a deleted organization are removed one after the other; restoring it checks its owners again.
  DROP CONSTRAINT organizations_owner_count_check,
  ADD CONSTRAINT organizations_owner_count_check CHECK (owner_count >= 1 OR deleted_at IS NOT NULL);
COMMENT ON COLUMN organizations.status IS 'While it is suspended, nobody can use it and its jobs wait; set by the operator';
COMMENT ON COLUMN organizations.user_limit IS 'The most users, set by the operator; null for no limit';
COMMENT ON COLUMN organizations.deleted_at IS 'When the operator deleted it; null unless it is deleted';
COMMENT ON COLUMN organizations.restorable_until IS 'Until when a deletion can be undone; later all of its rows are removed';
COMMENT ON COLUMN organizations.owner_count IS
  'Active users who have the owner role. Kept by triggers alone; null only until the first owner joins';
GRANT UPDATE (status, user_limit, deleted_at, restorable_until) ON organizations TO gatehouse_app;
CREATE INDEX organizations_name_search ON organizations USING gin ((fold_name(name)) gin_trgm_ops);
CREATE INDEX organizations_deleted ON organizations (restorable_until) WHERE deleted_at IS NOT NULL;

-- users_keep_count updates the row of the organization, so concurrent additions of users wait for each other here.
CREATE FUNCTION organizations_limit_users() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'the organization has % of % users', OLD.user_count, NEW.user_limit
    USING ERRCODE = 'check_violation', CONSTRAINT = 'organizations_user_limit', DETAIL = NEW.user_limit::text;
END $$;
COMMENT ON FUNCTION organizations_limit_users() IS 'Rejects users above the limit of their organization';
REVOKE ALL ON FUNCTION organizations_limit_users() FROM PUBLIC;
CREATE TRIGGER organizations_limit_users AFTER UPDATE OF user_count ON organizations FOR EACH ROW
  WHEN (NEW.user_limit IS NOT NULL AND NEW.user_count > OLD.user_count AND NEW.user_count > NEW.user_limit)
  EXECUTE FUNCTION organizations_limit_users();

-- A pending invitation takes a place, too. The lock of the organization's row orders concurrent invitations, where there is a limit.
CREATE FUNCTION invitations_limit_users() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  one record;
  pending integer;
BEGIN
  IF TG_RELID <> 'public.invitations'::regclass THEN
    RAISE EXCEPTION 'invitations_limit_users belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  FOR one IN SELECT o.organization_id, o.user_count, o.user_limit, n.created_at
    FROM (SELECT organization_id, max(created_at) AS created_at FROM new_invitations GROUP BY organization_id) n
    JOIN public.organizations o ON o.organization_id = n.organization_id
    WHERE o.user_limit IS NOT NULL ORDER BY o.organization_id FOR NO KEY UPDATE OF o
  LOOP
    SELECT count(*) INTO pending FROM public.invitations i
      WHERE i.organization_id = one.organization_id AND i.status = 'pending' AND i.expires_at > one.created_at;
    IF one.user_count + pending > one.user_limit THEN
      RAISE EXCEPTION 'the organization has % users and % pending invitations of % users', one.user_count, pending, one.user_limit
        USING ERRCODE = 'check_violation', CONSTRAINT = 'organizations_user_limit', DETAIL = one.user_limit::text;
    END IF;
  END LOOP;
  RETURN NULL;
END $$;
ALTER FUNCTION invitations_limit_users() OWNER TO gatehouse_keeper;
COMMENT ON FUNCTION invitations_limit_users() IS 'Rejects invitations for which the limit of users leaves no place';
REVOKE ALL ON FUNCTION invitations_limit_users() FROM PUBLIC;
CREATE TRIGGER invitations_limit_users AFTER INSERT ON invitations REFERENCING NEW TABLE AS new_invitations
  FOR EACH STATEMENT EXECUTE FUNCTION invitations_limit_users();

-- An organization that the operator creates begins with an invited owner.
CREATE OR REPLACE FUNCTION organizations_need_an_owner() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.organizations'::regclass THEN
    RAISE EXCEPTION 'organizations_need_an_owner belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF (SELECT owner_count FROM public.organizations WHERE organization_id = NEW.organization_id) IS NULL
    AND NOT EXISTS (SELECT FROM public.invitation_roles o
      JOIN public.roles r ON r.organization_id = o.organization_id AND r.role_id = o.role_id AND r.is_owner
      WHERE o.organization_id = NEW.organization_id)
  THEN
    RAISE EXCEPTION 'organization % has no active owner', NEW.organization_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'organizations_owner_count_check';
  END IF;
  RETURN NULL;
END $$;

CREATE TABLE paused_jobs (
  organization_id uuid NOT NULL REFERENCES organizations,
  paused_job_id   uuid NOT NULL,
  job             jsonb NOT NULL,
  paused_at       timestamptz NOT NULL,
  PRIMARY KEY (organization_id, paused_job_id)
);
COMMENT ON TABLE paused_jobs IS 'Jobs that were due while their organization was suspended or deleted: they are enqueued again when it is active';
COMMENT ON COLUMN paused_jobs.organization_id IS 'Tenant';
COMMENT ON COLUMN paused_jobs.paused_job_id IS 'UUIDv7';
COMMENT ON COLUMN paused_jobs.job IS 'The job''s data, as in its queue';
COMMENT ON COLUMN paused_jobs.paused_at IS 'When a worker paused it';
ALTER TABLE paused_jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE paused_jobs FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON paused_jobs TO gatehouse_app USING (organization_id = current_organization());
GRANT SELECT, INSERT, DELETE ON paused_jobs TO gatehouse_app;

-- Not of one tenant: the operator's requests create organizations.
CREATE TABLE operator_requests (
  key_hash        text PRIMARY KEY COLLATE "C",
  request_hash    text NOT NULL COLLATE "C",
  organization_id uuid,
  invitation      jsonb,
  created_at      timestamptz NOT NULL
);
COMMENT ON TABLE operator_requests IS 'Requests of the operator with an idempotency key, for a day: a repeated one gets the same answer';
COMMENT ON COLUMN operator_requests.key_hash IS 'SHA-256 of the idempotency key, hex. The key itself is needed to derive the API key again';
COMMENT ON COLUMN operator_requests.request_hash IS 'Hash of the rest of the request';
COMMENT ON COLUMN operator_requests.organization_id IS 'The organization that it created; null until the end of its transaction';
COMMENT ON COLUMN operator_requests.invitation IS 'The invitation in the answer';
COMMENT ON COLUMN operator_requests.created_at IS 'When';
GRANT SELECT, INSERT, UPDATE, DELETE ON operator_requests TO gatehouse_app;

CREATE TABLE removed_organizations (
  organization_id uuid PRIMARY KEY,
  name            text NOT NULL,
  created_at      timestamptz NOT NULL,
  deleted_at      timestamptz NOT NULL,
  removed_at      timestamptz,
  removed_rows    bigint NOT NULL DEFAULT 0,
  audit_sequence  bigint NOT NULL,
  audit_hash      text NOT NULL COLLATE "C"
);
COMMENT ON TABLE removed_organizations IS 'Receipts: what remains of organizations whose rows were removed';
COMMENT ON COLUMN removed_organizations.organization_id IS 'Which';
COMMENT ON COLUMN removed_organizations.name IS 'Its last name';
COMMENT ON COLUMN removed_organizations.created_at IS 'When it was created';
COMMENT ON COLUMN removed_organizations.deleted_at IS 'When the operator deleted it';
COMMENT ON COLUMN removed_organizations.removed_at IS 'When its last row was removed; null while rows are being removed';
COMMENT ON COLUMN removed_organizations.removed_rows IS 'How many rows were removed';
COMMENT ON COLUMN removed_organizations.audit_sequence IS 'Number of its last audit event';
COMMENT ON COLUMN removed_organizations.audit_hash IS 'Hash of its last audit event: a copy of the log can be compared with it';
GRANT SELECT ON removed_organizations TO gatehouse_app;
GRANT SELECT, INSERT, UPDATE ON removed_organizations TO gatehouse_keeper;

-- remove_organization_rows runs as gatehouse_keeper.
DO $$
DECLARE tenant_table text;
BEGIN
  FOREACH tenant_table IN ARRAY ARRAY['api_keys', 'catalogues', 'grant_reminders', 'idempotency_keys', 'invitation_mails',
    'invitation_roles', 'invitations', 'panel_consents', 'panel_sessions', 'paused_jobs', 'role_permissions', 'session_uses',
    'user_import_parts', 'user_imports', 'user_job_users', 'user_jobs'] LOOP
    EXECUTE format('CREATE POLICY keeper ON %I TO gatehouse_keeper USING (true)', tenant_table);
  END LOOP;
  FOREACH tenant_table IN ARRAY ARRAY['api_keys', 'audit_events', 'audit_heads', 'catalogues', 'grant_reminders', 'idempotency_keys',
    'invitation_mails', 'invitation_roles', 'invitations', 'organizations', 'panel_consents', 'panel_sessions', 'paused_jobs',
    'role_permissions', 'role_user_counts', 'roles', 'session_uses', 'unsealed_audit_events', 'user_import_parts',
    'user_import_rows', 'user_imports', 'user_job_users', 'user_jobs', 'user_roles', 'users'] LOOP
    EXECUTE format('GRANT SELECT, DELETE ON %I TO gatehouse_keeper', tenant_table);
  END LOOP;
END $$;
CREATE POLICY keeper_removes ON audit_events FOR DELETE TO gatehouse_keeper USING (true);
CREATE POLICY keeper_removes ON user_import_rows FOR DELETE TO gatehouse_keeper USING (true);

CREATE OR REPLACE FUNCTION audit_events_are_final() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  -- remove_organization_rows, which runs as this role, deletes the log of a deleted organization with all of its rows.
  IF TG_OP = 'DELETE' AND current_user = 'gatehouse_keeper' THEN RETURN NULL; END IF;
  RAISE EXCEPTION 'audit events are append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION remove_organization_rows(tenant uuid, instant timestamptz, most integer) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  organization public.organizations;
  head public.audit_heads;
  tenant_table text;
  removed integer := 0;
  total integer := 0;
BEGIN
  IF NOT pg_has_role(session_user, 'gatehouse_app', 'MEMBER') THEN
    RAISE EXCEPTION 'the user % may not remove organizations', session_user USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF tenant IS DISTINCT FROM public.current_organization() THEN
    RAISE EXCEPTION 'the rows belong to the organization of their transaction' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT * INTO organization FROM public.organizations WHERE organization_id = tenant FOR UPDATE;
  IF NOT FOUND THEN RETURN 0; END IF;
  -- An hour more: the clock of the process that restores it may be behind.
  IF organization.restorable_until IS NULL OR organization.restorable_until + interval '1 hour' > instant THEN
    RAISE EXCEPTION 'organization % is not to be removed yet', tenant USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NOT EXISTS (SELECT FROM public.removed_organizations WHERE organization_id = tenant) THEN
    SELECT * INTO head FROM public.audit_heads WHERE organization_id = tenant;
    INSERT INTO public.removed_organizations (organization_id, name, created_at, deleted_at, audit_sequence, audit_hash)
      VALUES (tenant, organization.name, organization.created_at, organization.deleted_at, COALESCE(head.sequence, 0), COALESCE(head.hash, repeat('0', 64)));
  END IF;
  -- Tables that others reference come later.
  FOREACH tenant_table IN ARRAY ARRAY['paused_jobs', 'idempotency_keys', 'session_uses', 'panel_sessions', 'panel_consents',
    'grant_reminders', 'invitation_mails', 'invitation_roles', 'invitations', 'user_job_users', 'user_jobs', 'user_import_parts',
    'user_import_rows', 'user_imports', 'api_keys', 'user_roles', 'users', 'role_user_counts', 'role_permissions', 'roles',
    'catalogues', 'unsealed_audit_events', 'audit_events', 'audit_heads'] LOOP
    EXECUTE format('DELETE FROM public.%I WHERE organization_id = $1 AND ctid = ANY(ARRAY(SELECT ctid FROM public.%I WHERE organization_id = $1 LIMIT $2))',
      tenant_table, tenant_table) USING tenant, most - total;
    GET DIAGNOSTICS removed = ROW_COUNT;
    total := total + removed;
    EXIT WHEN total >= most;
  END LOOP;
  IF total = 0 THEN
    DELETE FROM public.organizations WHERE organization_id = tenant;
    UPDATE public.removed_organizations SET removed_at = instant, removed_rows = removed_rows + 1 WHERE organization_id = tenant;
  ELSE
    UPDATE public.removed_organizations SET removed_rows = removed_rows + total WHERE organization_id = tenant;
  END IF;
  RETURN total;
END $$;
COMMENT ON FUNCTION remove_organization_rows(uuid, timestamptz, integer) IS
  'Removes up to so many rows of an organization whose deletion can no longer be undone, and at last the organization. Returns how many; 0 at the end';
ALTER FUNCTION remove_organization_rows(uuid, timestamptz, integer) OWNER TO gatehouse_keeper;
REVOKE ALL ON FUNCTION remove_organization_rows(uuid, timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION remove_organization_rows(uuid, timestamptz, integer) TO gatehouse_app;

-- The operator's list is the only one that is not of one tenant.
CREATE FUNCTION find_organizations(before uuid, patterns text[], wanted text, most integer)
  RETURNS TABLE (organization_id uuid, name text, language text, status text, user_count integer, owner_count integer,
    invitation_count bigint, user_limit integer, created_at timestamptz, restorable_until timestamptz)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  SET plan_cache_mode = force_custom_plan AS $$
BEGIN
  IF NOT pg_has_role(session_user, 'gatehouse_app', 'MEMBER') THEN
    RAISE EXCEPTION 'the user % may not list organizations', session_user USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN QUERY SELECT o.organization_id, o.name, o.language, CASE WHEN o.deleted_at IS NULL THEN o.status ELSE 'deleted' END,
      o.user_count, COALESCE(o.owner_count, 0),
      (SELECT count(*) FROM public.invitations i WHERE i.organization_id = o.organization_id AND i.status = 'pending'),
      o.user_limit, o.created_at, o.restorable_until
    FROM public.organizations o
    WHERE (before IS NULL OR o.organization_id < before)
      AND (patterns IS NULL OR public.fold_name(o.name) LIKE patterns[1] AND public.fold_name(o.name) LIKE ALL (patterns))
      AND (wanted IS NULL OR wanted = CASE WHEN o.deleted_at IS NULL THEN o.status ELSE 'deleted' END)
    ORDER BY o.organization_id DESC LIMIT most;
END $$;
COMMENT ON FUNCTION find_organizations(uuid, text[], text, integer) IS
  'Organizations of the installation, the newest first: with an id below "before", a folded name like all patterns, of which the first is looked up in the index, and a status; null for all';
ALTER FUNCTION find_organizations(uuid, text[], text, integer) OWNER TO gatehouse_keeper;
REVOKE ALL ON FUNCTION find_organizations(uuid, text[], text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_organizations(uuid, text[], text, integer) TO gatehouse_app;

CREATE FUNCTION count_organizations(patterns text[], wanted text, most integer) RETURNS integer
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  SET plan_cache_mode = force_custom_plan AS $$
BEGIN
  IF NOT pg_has_role(session_user, 'gatehouse_app', 'MEMBER') THEN
    RAISE EXCEPTION 'the user % may not list organizations', session_user USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN (SELECT count(*)::integer FROM (SELECT FROM public.organizations o
    WHERE (patterns IS NULL OR public.fold_name(o.name) LIKE patterns[1] AND public.fold_name(o.name) LIKE ALL (patterns))
      AND (wanted IS NULL OR wanted = CASE WHEN o.deleted_at IS NULL THEN o.status ELSE 'deleted' END) LIMIT most) c);
END $$;
COMMENT ON FUNCTION count_organizations(text[], text, integer) IS 'How many organizations match, counted up to "most"';
ALTER FUNCTION count_organizations(text[], text, integer) OWNER TO gatehouse_keeper;
REVOKE ALL ON FUNCTION count_organizations(text[], text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION count_organizations(text[], text, integer) TO gatehouse_app;

CREATE FUNCTION list_organization_ids(removable_at timestamptz) RETURNS SETOF uuid
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT pg_has_role(session_user, 'gatehouse_app', 'MEMBER') THEN
    RAISE EXCEPTION 'the user % may not list organizations', session_user USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF removable_at IS NULL THEN
    RETURN QUERY SELECT o.organization_id FROM public.organizations o ORDER BY o.organization_id;
  ELSE
    RETURN QUERY SELECT o.organization_id FROM public.organizations o
      WHERE o.deleted_at IS NOT NULL AND o.restorable_until + interval '1 hour' <= removable_at ORDER BY o.restorable_until;
  END IF;
END $$;
COMMENT ON FUNCTION list_organization_ids(timestamptz) IS
  'Ids of all organizations, or of those whose rows are to be removed at that time';
ALTER FUNCTION list_organization_ids(timestamptz) OWNER TO gatehouse_keeper;
REVOKE ALL ON FUNCTION list_organization_ids(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION list_organization_ids(timestamptz) TO gatehouse_app;
