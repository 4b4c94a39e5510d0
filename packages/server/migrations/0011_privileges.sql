-- Functions are executable by everybody unless that is revoked, and a role that may execute a trigger function may attach it
-- to a table that it owns. So a login of the same server that has nothing to do with Gatehouse could write audit events and
-- change the owners' count. From here on each function
--   - may be executed by the roles that need it alone,
--   - refuses other callers and other tables by itself, for databases that were restored without their privileges,
--   - has its names bound: by a fixed search_path, or by a body that was parsed when the function was made.

-- Functions of later migrations begin without the right for everybody, and nobody makes tables beside ours.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

-- Parsed bodies rather than a search_path: a setting would keep the planner from using the tenant in an index.
CREATE OR REPLACE FUNCTION current_organization() RETURNS uuid
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN pg_catalog.current_setting('gatehouse.organization_id')::pg_catalog.uuid;

CREATE OR REPLACE FUNCTION audit_hash(event audit_events) RETURNS text
  LANGUAGE sql STABLE
  RETURN encode(sha256(convert_to(jsonb_build_array(
    event.previous_hash, event.organization_id, event.sequence, event.event_id,
    to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), event.actor_type, event.actor_id, event.actor_name, event.action,
    event.target_type, event.target_id, event.target_name, event.changes, event.ip, event.user_agent, event.request_id
  )::text, 'UTF8')), 'hex');

CREATE OR REPLACE FUNCTION organizations_need_an_owner() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.organizations'::regclass THEN
    RAISE EXCEPTION 'organizations_need_an_owner belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF (SELECT owner_count FROM public.organizations WHERE organization_id = NEW.organization_id) IS NULL THEN
    RAISE EXCEPTION 'organization % has no active owner', NEW.organization_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'organizations_owner_count_check';
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION organizations_copy_name() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.organizations'::regclass THEN
    RAISE EXCEPTION 'organizations_copy_name belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE public.account_organizations SET organization_name = NEW.name WHERE organization_id = NEW.organization_id;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION user_roles_keep_owner() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.user_roles'::regclass THEN
    RAISE EXCEPTION 'user_roles_keep_owner belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF EXISTS (SELECT FROM public.roles r WHERE r.organization_id = NEW.organization_id AND r.role_id = NEW.role_id AND r.is_owner) THEN
      IF NEW.expires_at IS NOT NULL THEN
        RAISE EXCEPTION 'the owner role has no end' USING ERRCODE = 'check_violation', CONSTRAINT = 'user_roles_owner_has_no_end';
      END IF;
      UPDATE public.users SET is_owner = true WHERE organization_id = NEW.organization_id AND user_id = NEW.user_id;
    END IF;
  ELSIF EXISTS (SELECT FROM public.roles r WHERE r.organization_id = OLD.organization_id AND r.role_id = OLD.role_id AND r.is_owner) THEN
    UPDATE public.users SET is_owner = false WHERE organization_id = OLD.organization_id AND user_id = OLD.user_id;
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION users_keep_owner_count() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  was integer := 0;
  is_now integer := 0;
BEGIN
  IF TG_RELID <> 'public.users'::regclass THEN
    RAISE EXCEPTION 'users_keep_owner_count belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF TG_OP <> 'INSERT' AND OLD.is_owner AND OLD.status = 'active' THEN was := 1; END IF;
  IF TG_OP <> 'DELETE' AND NEW.is_owner AND NEW.status = 'active' THEN is_now := 1; END IF;
  IF was <> is_now THEN
    UPDATE public.organizations SET owner_count = COALESCE(owner_count, 0) + is_now - was
      WHERE organization_id = COALESCE(NEW.organization_id, OLD.organization_id);
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION users_keep_count() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.users'::regclass THEN
    RAISE EXCEPTION 'users_keep_count belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE public.organizations o
    SET user_count = o.user_count + CASE TG_OP WHEN 'INSERT' THEN c.changed ELSE -c.changed END
    FROM (SELECT organization_id, count(*)::integer AS changed FROM changed_users GROUP BY organization_id) c
    WHERE o.organization_id = c.organization_id;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION users_copy_membership() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.users'::regclass THEN
    RAISE EXCEPTION 'users_copy_membership belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF TG_OP = 'DELETE' THEN
    DELETE FROM public.account_organizations WHERE account_id = OLD.account_id AND organization_id = OLD.organization_id;
  ELSIF TG_OP = 'INSERT' THEN
    INSERT INTO public.account_organizations (account_id, organization_id, user_id, status, organization_name)
      SELECT NEW.account_id, NEW.organization_id, NEW.user_id, NEW.status, o.name
        FROM public.organizations o WHERE o.organization_id = NEW.organization_id;
  ELSE
    UPDATE public.account_organizations SET status = NEW.status
      WHERE account_id = NEW.account_id AND organization_id = NEW.organization_id;
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION append_audit_events(tenant uuid, entries jsonb) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  head public.audit_heads;
  event public.audit_events;
  events public.audit_events[] := '{}';
BEGIN
  -- The role that SET ROLE chose can't be told from in here, but the login behind it can: it must be able to become ours.
  IF NOT pg_has_role(session_user, 'gatehouse_app', 'MEMBER') THEN
    RAISE EXCEPTION 'the user % may not write audit events', session_user USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF tenant IS DISTINCT FROM public.current_organization() THEN
    RAISE EXCEPTION 'audit events belong to the organization of their transaction' USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- Locked first, made only if it is missing: an INSERT would wait for every writer before it, and the lock once more.
  SELECT * INTO head FROM public.audit_heads WHERE organization_id = tenant FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO public.audit_heads (organization_id, sequence, hash) VALUES (tenant, 0, repeat('0', 64))
      ON CONFLICT (organization_id) DO NOTHING;
    SELECT * INTO head FROM public.audit_heads WHERE organization_id = tenant FOR UPDATE;
  END IF;
  FOR event IN SELECT (jsonb_populate_record(NULL::public.audit_events, entry)).* FROM jsonb_array_elements(entries) AS entry LOOP
    head.sequence := head.sequence + 1;
    event.organization_id := tenant;
    event.sequence := head.sequence;
    event.previous_hash := head.hash;
    event.hash := public.audit_hash(event);
    head.hash := event.hash;
    events := events || event;
  END LOOP;
  INSERT INTO public.audit_events SELECT * FROM unnest(events);
  UPDATE public.audit_heads SET sequence = head.sequence, hash = head.hash WHERE organization_id = tenant;
END $$;

CREATE OR REPLACE FUNCTION audit_events_are_final() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'audit events are append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

-- Their owner keeps the right. A trigger asks for it when it is made, not when it fires.
REVOKE EXECUTE ON FUNCTION current_organization(), audit_hash(audit_events), append_audit_events(uuid, jsonb),
  organizations_need_an_owner(), organizations_copy_name(), user_roles_keep_owner(), users_keep_owner_count(),
  users_keep_count(), users_copy_membership(), audit_events_are_final() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION current_organization() TO gatehouse_app, gatehouse_search, gatehouse_keeper;
GRANT EXECUTE ON FUNCTION audit_hash(audit_events) TO gatehouse_app, gatehouse_keeper;
GRANT EXECUTE ON FUNCTION append_audit_events(uuid, jsonb) TO gatehouse_app;

-- Servers and workers with different keys would send links that the others refuse.
ALTER TABLE installation ADD COLUMN secret_key_fingerprint text CHECK (secret_key_fingerprint ~ '^[0-9a-f]{32}$');
COMMENT ON COLUMN installation.secret_key_fingerprint IS
  'By which processes notice that they have another SECRET_KEY; says nothing about the key. Null until the first start';
