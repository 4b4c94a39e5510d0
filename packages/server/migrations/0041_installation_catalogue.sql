-- The operator of an installation pushes one catalogue of permissions, with templates of roles, to all of its organizations.
--
-- Locks: none that waits; no table is rewritten.

-- Not of one tenant. A transaction of an organization sees no row of it: what it needs comes with the job. Its owner sees it, for backups.
CREATE TABLE installation_catalogue (
  singleton  boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  definition jsonb NOT NULL,
  roles      jsonb NOT NULL,
  dropped    text[] COLLATE "C",
  pushed_by  jsonb NOT NULL,
  pushed_at  timestamptz NOT NULL,
  version    integer NOT NULL DEFAULT 1 CHECK (version >= 1),
  revision   uuid NOT NULL
);
COMMENT ON TABLE installation_catalogue IS 'The catalogue of the installation, which all organizations get: one row, from the first push on';
COMMENT ON COLUMN installation_catalogue.singleton IS 'Always true';
COMMENT ON COLUMN installation_catalogue.definition IS 'Groups and actions as declared, without Gatehouse''s own groups';
COMMENT ON COLUMN installation_catalogue.roles IS 'Templates of roles: key, name, description, translations and permissions';
COMMENT ON COLUMN installation_catalogue.dropped IS 'Permissions that may be taken from roles and API keys that give them; null for all';
COMMENT ON COLUMN installation_catalogue.pushed_by IS 'Name, address, program and request of the actor in the audit events of the organizations';
COMMENT ON COLUMN installation_catalogue.pushed_at IS 'When';
COMMENT ON COLUMN installation_catalogue.version IS 'Rises with every push';
COMMENT ON COLUMN installation_catalogue.revision IS
  'Random, another one with each version. With the version, the ETag';
CREATE TRIGGER installation_catalogue_give_revision BEFORE INSERT OR UPDATE OF version ON installation_catalogue
  FOR EACH ROW EXECUTE FUNCTION give_revision();
ALTER TABLE installation_catalogue ENABLE ROW LEVEL SECURITY;
CREATE POLICY without_tenant ON installation_catalogue TO gatehouse_app
  USING (COALESCE(current_setting('gatehouse.organization_id', true), '') = '');
GRANT SELECT, INSERT, UPDATE ON installation_catalogue TO gatehouse_app;

CREATE TABLE catalogue_pushes (
  organization_id uuid PRIMARY KEY REFERENCES organizations,
  version         integer NOT NULL CHECK (version >= 1),
  outcome         text NOT NULL COLLATE "C" CHECK (outcome IN ('changed', 'same', 'failed', 'left-out')),
  code            text COLLATE "C",
  detail          text,
  ended_at        timestamptz NOT NULL,
  CONSTRAINT catalogue_pushes_failure_check CHECK ((outcome = 'failed') = (code IS NOT NULL) AND (code IS NULL) = (detail IS NULL))
);
COMMENT ON TABLE catalogue_pushes IS 'What the last push of the installation''s catalogue did in each organization';
COMMENT ON COLUMN catalogue_pushes.organization_id IS 'Tenant';
COMMENT ON COLUMN catalogue_pushes.version IS 'Of the installation''s catalogue';
COMMENT ON COLUMN catalogue_pushes.outcome IS
  'changed, same, or failed; left-out for an organization that was created later with another catalogue';
COMMENT ON COLUMN catalogue_pushes.code IS 'Why it failed; null unless it did';
COMMENT ON COLUMN catalogue_pushes.detail IS 'The same in a sentence';
COMMENT ON COLUMN catalogue_pushes.ended_at IS 'When';
ALTER TABLE catalogue_pushes ENABLE ROW LEVEL SECURITY;
ALTER TABLE catalogue_pushes FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON catalogue_pushes TO gatehouse_app USING (organization_id = current_organization());
CREATE POLICY keeper ON catalogue_pushes TO gatehouse_keeper USING (true);
GRANT SELECT, INSERT, UPDATE ON catalogue_pushes TO gatehouse_app;
GRANT SELECT, DELETE ON catalogue_pushes TO gatehouse_keeper;

-- The row stays when the organization deletes the role, so that no push creates it again.
CREATE TABLE role_templates (
  organization_id uuid NOT NULL REFERENCES organizations,
  template_key    text NOT NULL COLLATE "C" CHECK (template_key ~ '^[a-z][a-z0-9-]{0,63}$'),
  role_id         uuid,
  is_own          boolean NOT NULL DEFAULT false,
  content_hash    text NOT NULL COLLATE "C",
  PRIMARY KEY (organization_id, template_key),
  FOREIGN KEY (organization_id, role_id) REFERENCES roles ON DELETE SET NULL (role_id)
);
CREATE UNIQUE INDEX role_templates_by_role ON role_templates (organization_id, role_id);
COMMENT ON TABLE role_templates IS 'Which role of an organization was made from which template of the installation';
COMMENT ON COLUMN role_templates.organization_id IS 'Tenant';
COMMENT ON COLUMN role_templates.template_key IS 'Key of the template';
COMMENT ON COLUMN role_templates.role_id IS 'The role; null if the organization deleted it';
COMMENT ON COLUMN role_templates.is_own IS 'The organization edited the role: pushes leave it as it is';
COMMENT ON COLUMN role_templates.content_hash IS 'Hash of the template that the role was made like; empty if the role has to be compared again';
ALTER TABLE role_templates ENABLE ROW LEVEL SECURITY;
ALTER TABLE role_templates FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON role_templates TO gatehouse_app USING (organization_id = current_organization());
CREATE POLICY keeper ON role_templates TO gatehouse_keeper USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON role_templates TO gatehouse_app;
GRANT SELECT, DELETE ON role_templates TO gatehouse_keeper;

-- Only the operator's endpoints and the job call these functions. Deleted organizations have no part in a push.
CREATE FUNCTION list_catalogue_pushes_to_do(push integer, after uuid, most integer) RETURNS SETOF uuid
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  SET plan_cache_mode = force_custom_plan AS $$
BEGIN
  IF NOT pg_has_role(session_user, 'gatehouse_app', 'MEMBER') THEN
    RAISE EXCEPTION 'the user % may not list organizations', session_user USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN QUERY SELECT o.organization_id FROM public.organizations o
    LEFT JOIN public.catalogue_pushes p ON p.organization_id = o.organization_id
    WHERE o.deleted_at IS NULL AND (after IS NULL OR o.organization_id > after) AND (p.version IS NULL OR p.version <> push)
    ORDER BY o.organization_id LIMIT most;
END $$;
COMMENT ON FUNCTION list_catalogue_pushes_to_do(integer, uuid, integer) IS
  'Organizations with an id above "after" in which a push of the installation''s catalogue hasn''t ended';
ALTER FUNCTION list_catalogue_pushes_to_do(integer, uuid, integer) OWNER TO gatehouse_keeper;
REVOKE ALL ON FUNCTION list_catalogue_pushes_to_do(integer, uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION list_catalogue_pushes_to_do(integer, uuid, integer) TO gatehouse_app;

CREATE FUNCTION count_catalogue_pushes(push integer) RETURNS TABLE (organizations bigint, changed bigint, same bigint, failed bigint)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT pg_has_role(session_user, 'gatehouse_app', 'MEMBER') THEN
    RAISE EXCEPTION 'the user % may not list organizations', session_user USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN QUERY SELECT count(*), count(*) FILTER (WHERE p.outcome = 'changed'), count(*) FILTER (WHERE p.outcome = 'same'),
      count(*) FILTER (WHERE p.outcome = 'failed')
    FROM public.organizations o
    LEFT JOIN public.catalogue_pushes p ON p.organization_id = o.organization_id AND p.version = push
    WHERE o.deleted_at IS NULL AND p.outcome IS DISTINCT FROM 'left-out';
END $$;
COMMENT ON FUNCTION count_catalogue_pushes(integer) IS 'In how many organizations a push of the installation''s catalogue ended, and how';
ALTER FUNCTION count_catalogue_pushes(integer) OWNER TO gatehouse_keeper;
REVOKE ALL ON FUNCTION count_catalogue_pushes(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION count_catalogue_pushes(integer) TO gatehouse_app;

CREATE FUNCTION list_catalogue_push_failures(push integer, after uuid, most integer)
  RETURNS TABLE (organization_id uuid, name text, code text, detail text)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  SET plan_cache_mode = force_custom_plan AS $$
BEGIN
  IF NOT pg_has_role(session_user, 'gatehouse_app', 'MEMBER') THEN
    RAISE EXCEPTION 'the user % may not list organizations', session_user USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN QUERY SELECT o.organization_id, o.name, p.code, p.detail FROM public.catalogue_pushes p
    JOIN public.organizations o ON o.organization_id = p.organization_id
    WHERE p.version = push AND p.outcome = 'failed' AND o.deleted_at IS NULL AND (after IS NULL OR o.organization_id > after)
    ORDER BY o.organization_id LIMIT most;
END $$;
COMMENT ON FUNCTION list_catalogue_push_failures(integer, uuid, integer) IS
  'Organizations with an id above "after" in which a push of the installation''s catalogue failed, and why';
ALTER FUNCTION list_catalogue_push_failures(integer, uuid, integer) OWNER TO gatehouse_keeper;
REVOKE ALL ON FUNCTION list_catalogue_push_failures(integer, uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION list_catalogue_push_failures(integer, uuid, integer) TO gatehouse_app;

-- The same as before, with the two new tables.
CREATE OR REPLACE FUNCTION remove_organization_rows(tenant uuid, instant timestamptz, most integer) RETURNS integer
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
  FOREACH tenant_table IN ARRAY ARRAY['catalogue_pushes', 'role_templates', 'paused_jobs', 'idempotency_keys', 'session_uses', 'panel_sessions', 'panel_consents',
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
