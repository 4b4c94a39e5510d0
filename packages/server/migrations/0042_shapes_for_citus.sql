-- Triggers in the shape that they need where Citus keeps the tables of organizations on several servers: there, a part of a table has a
-- number in its name, a statement is about one organization, and it can't read the rows of a trigger. Everywhere, they do the same as before.
--
-- Locks: ACCESS EXCLUSIVE on organizations, for the moment that a policy takes. No table is read or written.

-- Citus adds the columns with a default to an INSERT, so their privilege is needed, too. The policy keeps what the triggers count.
GRANT INSERT (user_count, invitation_days, allowed_domains, version, panel_origins, two_factor_grace_days, session_idle_minutes,
  session_max_days, allowed_networks, status) ON organizations TO gatehouse_app;
GRANT INSERT (version) ON roles TO gatehouse_app;
CREATE POLICY begin_empty ON organizations AS RESTRICTIVE FOR INSERT TO gatehouse_app WITH CHECK (user_count = 0 AND version = 1);

-- timestamptz + interval isn't immutable, because a day may have 23 hours, and Citus allows nothing else in ON CONFLICT DO UPDATE.
CREATE FUNCTION add_minute(instant timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN instant + interval '1 minute';
COMMENT ON FUNCTION add_minute(timestamptz) IS 'A minute later, in every time zone';
REVOKE ALL ON FUNCTION add_minute(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION add_minute(timestamptz) TO gatehouse_app;

CREATE OR REPLACE FUNCTION organizations_need_an_owner() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_TABLE_SCHEMA <> 'public' OR TG_TABLE_NAME !~ '^organizations(_[0-9]+)?$' THEN
    RAISE EXCEPTION 'organizations_need_an_owner belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF (SELECT owner_count FROM public.organizations WHERE organization_id = NEW.organization_id) IS NOT NULL THEN RETURN NULL; END IF;
  PERFORM 1 FROM public.invitation_roles o
    JOIN public.roles r ON r.organization_id = NEW.organization_id AND r.role_id = o.role_id AND r.is_owner
    WHERE o.organization_id = NEW.organization_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'organization % has no active owner', NEW.organization_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'organizations_owner_count_check';
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION organizations_copy_name() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_TABLE_SCHEMA <> 'public' OR TG_TABLE_NAME !~ '^organizations(_[0-9]+)?$' THEN
    RAISE EXCEPTION 'organizations_copy_name belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE public.account_organizations SET organization_name = NEW.name WHERE organization_id = NEW.organization_id;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION organizations_copy_session_limits() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_TABLE_SCHEMA <> 'public' OR TG_TABLE_NAME !~ '^organizations(_[0-9]+)?$' THEN
    RAISE EXCEPTION 'organizations_copy_session_limits belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE public.account_organizations
    SET session_idle_minutes = NEW.session_idle_minutes, session_max_days = NEW.session_max_days
    WHERE organization_id = NEW.organization_id;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION account_organizations_copy_session_limits() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_TABLE_SCHEMA <> 'public' OR TG_TABLE_NAME !~ '^account_organizations(_[0-9]+)?$' THEN
    RAISE EXCEPTION 'account_organizations_copy_session_limits belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- Locked as the count of users will be in a moment, so that limits that change at the same time are not missed.
  SELECT o.session_idle_minutes, o.session_max_days INTO NEW.session_idle_minutes, NEW.session_max_days
    FROM public.organizations o WHERE o.organization_id = NEW.organization_id FOR NO KEY UPDATE;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION users_keep_owner_count() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  was integer := 0;
  is_now integer := 0;
  tenant uuid;
BEGIN
  IF TG_TABLE_SCHEMA <> 'public' OR TG_TABLE_NAME !~ '^users(_[0-9]+)?$' THEN
    RAISE EXCEPTION 'users_keep_owner_count belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF TG_OP <> 'INSERT' AND OLD.is_owner AND OLD.status = 'active' THEN was := 1; END IF;
  IF TG_OP <> 'DELETE' AND NEW.is_owner AND NEW.status = 'active' THEN is_now := 1; END IF;
  IF was <> is_now THEN
    tenant := COALESCE(NEW.organization_id, OLD.organization_id);
    UPDATE public.organizations SET owner_count = COALESCE(owner_count, 0) + is_now - was WHERE organization_id = tenant;
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION users_keep_count() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  one record;
BEGIN
  IF TG_TABLE_SCHEMA <> 'public' OR TG_TABLE_NAME !~ '^users(_[0-9]+)?$' THEN
    RAISE EXCEPTION 'users_keep_count belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  FOR one IN SELECT c.organization_id, (CASE WHEN TG_OP = 'INSERT' THEN 1 ELSE -1 END * count(*))::integer AS change
    FROM changed_users c GROUP BY c.organization_id ORDER BY c.organization_id
  LOOP
    UPDATE public.organizations SET user_count = user_count + one.change WHERE organization_id = one.organization_id;
  END LOOP;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION users_copy_membership() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  one record;
BEGIN
  IF TG_TABLE_SCHEMA <> 'public' OR TG_TABLE_NAME !~ '^users(_[0-9]+)?$' THEN
    RAISE EXCEPTION 'users_copy_membership belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    UPDATE public.account_organizations SET status = NEW.status
      WHERE account_id = NEW.account_id AND organization_id = NEW.organization_id;
    RETURN NULL;
  END IF;
  FOR one IN SELECT c.organization_id, array_agg(c.account_id) AS accounts, array_agg(c.user_id) AS users, array_agg(c.status) AS statuses
    FROM changed_users c GROUP BY c.organization_id
  LOOP
    IF TG_OP = 'DELETE' THEN
      DELETE FROM public.account_organizations m
        WHERE m.organization_id = one.organization_id AND m.account_id = ANY (one.accounts);
    ELSE
      INSERT INTO public.account_organizations (account_id, organization_id, user_id, status, organization_name)
        SELECT c.account_id, o.organization_id, c.user_id, c.status, o.name
          FROM public.organizations o CROSS JOIN unnest(one.accounts, one.users, one.statuses) AS c (account_id, user_id, status)
          WHERE o.organization_id = one.organization_id;
    END IF;
  END LOOP;
  RETURN NULL;
END $$;

-- On a server that has a part of the users, the accounts, which all servers have, can't be changed: such an account stays, and nobody can use it.
CREATE OR REPLACE FUNCTION users_remove_account() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_TABLE_SCHEMA <> 'public' OR TG_TABLE_NAME !~ '^users(_[0-9]+)?$' THEN
    RAISE EXCEPTION 'users_remove_account belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF TG_TABLE_NAME = 'users' THEN
    DELETE FROM public.accounts a USING changed_users c WHERE a.account_id = c.account_id AND a.email IS NULL;
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION users_copy_two_factor() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_TABLE_SCHEMA <> 'public' OR TG_TABLE_NAME !~ '^users(_[0-9]+)?$' THEN
    RAISE EXCEPTION 'users_copy_two_factor belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF TG_TABLE_NAME = 'users' THEN
    -- Locked, so that a factor that is added at the same time sees this user.
    SELECT a.two_factor INTO NEW.two_factor FROM public.accounts a WHERE a.account_id = NEW.account_id FOR KEY SHARE;
  ELSE
    -- Accounts can't be locked here: their foreign key does it.
    SELECT a.two_factor INTO NEW.two_factor FROM public.accounts a WHERE a.account_id = NEW.account_id;
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION users_copy_name() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_TABLE_SCHEMA <> 'public' OR TG_TABLE_NAME !~ '^users(_[0-9]+)?$' THEN
    RAISE EXCEPTION 'users_copy_name belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE public.user_roles SET name_key = NEW.name_key
    WHERE organization_id = NEW.organization_id AND user_id = NEW.user_id;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION user_roles_copy_name() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_TABLE_SCHEMA <> 'public' OR TG_TABLE_NAME !~ '^user_roles(_[0-9]+)?$' THEN
    RAISE EXCEPTION 'user_roles_copy_name belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- Locked, so that a renaming at the same time sees this grant. Without a user, the foreign key rejects the row.
  SELECT u.name_key INTO NEW.name_key FROM public.users u
    WHERE u.organization_id = NEW.organization_id AND u.user_id = NEW.user_id FOR SHARE;
  NEW.name_key := COALESCE(NEW.name_key, '');
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION user_roles_keep_owner() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  is_given constant boolean := TG_OP = 'INSERT';
  one record;
  owner_role uuid;
  owners uuid[];
BEGIN
  IF TG_TABLE_SCHEMA <> 'public' OR TG_TABLE_NAME !~ '^user_roles(_[0-9]+)?$' THEN
    RAISE EXCEPTION 'user_roles_keep_owner belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  FOR one IN SELECT DISTINCT c.organization_id FROM changed_grants c LOOP
    SELECT r.role_id INTO owner_role FROM public.roles r WHERE r.organization_id = one.organization_id AND r.is_owner;
    IF is_given AND EXISTS (SELECT FROM changed_grants c
        WHERE c.organization_id = one.organization_id AND c.role_id = owner_role AND c.expires_at IS NOT NULL) THEN
      RAISE EXCEPTION 'the owner role has no end' USING ERRCODE = 'check_violation', CONSTRAINT = 'user_roles_owner_has_no_end';
    END IF;
    owners := ARRAY(SELECT c.user_id FROM changed_grants c WHERE c.organization_id = one.organization_id AND c.role_id = owner_role);
    IF owners <> '{}' THEN
      UPDATE public.users SET is_owner = is_given WHERE organization_id = one.organization_id AND user_id = ANY (owners);
    END IF;
  END LOOP;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION user_roles_keep_owner_endless() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM 1 FROM public.roles r WHERE r.organization_id = NEW.organization_id AND r.role_id = NEW.role_id AND r.is_owner;
  IF FOUND THEN
    RAISE EXCEPTION 'the owner role has no end' USING ERRCODE = 'check_violation', CONSTRAINT = 'user_roles_owner_has_no_end';
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION roles_keep_user_count() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  mine constant smallint := pg_backend_pid() % 32;
  one record;
BEGIN
  IF TG_TABLE_SCHEMA <> 'public' OR TG_TABLE_NAME !~ '^user_roles(_[0-9]+)?$' THEN
    RAISE EXCEPTION 'roles_keep_user_count belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    FOR one IN SELECT g.organization_id, g.role_id, sum(g.change)::integer AS change FROM (
        SELECT c.organization_id, c.role_id, 1 AS change FROM changed_grants c WHERE c.expires_at IS NULL
        UNION ALL SELECT p.organization_id, p.role_id, -1 FROM previous_grants p WHERE p.expires_at IS NULL) g
      GROUP BY g.organization_id, g.role_id HAVING sum(g.change) <> 0 ORDER BY 1, 2
    LOOP
      INSERT INTO public.role_user_counts AS c (organization_id, role_id, part, users)
        VALUES (one.organization_id, one.role_id, mine, one.change)
        ON CONFLICT (organization_id, role_id, part) DO UPDATE SET users = c.users + excluded.users;
    END LOOP;
  ELSE
    FOR one IN SELECT g.organization_id, g.role_id, (CASE WHEN TG_OP = 'INSERT' THEN 1 ELSE -1 END * count(*))::integer AS change
      FROM changed_grants g WHERE g.expires_at IS NULL GROUP BY g.organization_id, g.role_id ORDER BY 1, 2
    LOOP
      INSERT INTO public.role_user_counts AS c (organization_id, role_id, part, users)
        VALUES (one.organization_id, one.role_id, mine, one.change)
        ON CONFLICT (organization_id, role_id, part) DO UPDATE SET users = c.users + excluded.users;
    END LOOP;
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION invitations_limit_users() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  one record;
  organization record;
  pending integer;
BEGIN
  IF TG_TABLE_SCHEMA <> 'public' OR TG_TABLE_NAME !~ '^invitations(_[0-9]+)?$' THEN
    RAISE EXCEPTION 'invitations_limit_users belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  FOR one IN SELECT n.organization_id, max(n.created_at) AS created_at FROM new_invitations n
    GROUP BY n.organization_id ORDER BY n.organization_id
  LOOP
    SELECT o.user_count, o.user_limit INTO organization FROM public.organizations o
      WHERE o.organization_id = one.organization_id AND o.user_limit IS NOT NULL FOR NO KEY UPDATE;
    CONTINUE WHEN NOT FOUND;
    SELECT count(*) INTO pending FROM public.invitations i
      WHERE i.organization_id = one.organization_id AND i.status = 'pending' AND i.expires_at > one.created_at;
    IF organization.user_count + pending > organization.user_limit THEN
      RAISE EXCEPTION 'the organization has % users and % pending invitations of % users',
          organization.user_count, pending, organization.user_limit
        USING ERRCODE = 'check_violation', CONSTRAINT = 'organizations_user_limit', DETAIL = organization.user_limit::text;
    END IF;
  END LOOP;
  RETURN NULL;
END $$;

-- As in 0033, but the events are read before the INSERT, which reads no table: Citus runs nothing else in a function of an organization.
CREATE OR REPLACE FUNCTION seal_audit_events(tenant uuid, most integer) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  head public.audit_heads;
  last_hash text;
  positions bigint[] := '{}';
  previous_hashes text[] := '{}';
  hashes text[] := '{}';
  flags boolean[];
  event_ids uuid[];
  ats timestamptz[];
  actor_types text[];
  actor_ids uuid[];
  actor_names text[];
  actions text[];
  target_types text[];
  target_ids uuid[];
  target_names text[];
  all_changes jsonb[];
  ips text[];
  user_agents text[];
  request_ids text[];
  waiting record;
  written integer;
  starts constant text[] := ARRAY['user-jobs.started', 'roles.deleted'];
BEGIN
  IF NOT pg_has_role(session_user, 'gatehouse_app', 'MEMBER') THEN
    RAISE EXCEPTION 'the user % may not seal audit events', session_user USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF tenant IS DISTINCT FROM public.current_organization() THEN
    RAISE EXCEPTION 'audit events belong to the organization of their transaction' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM 1 FROM public.unsealed_audit_events u WHERE u.organization_id = tenant LIMIT 1;
  IF NOT FOUND THEN RETURN 0; END IF;
  SELECT * INTO head FROM public.audit_heads WHERE organization_id = tenant FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    -- Locked by another transaction, or missing before the first event: then only one transaction creates it, and nobody waits.
    IF NOT pg_try_advisory_xact_lock(hashtextextended('audit head ' || tenant::text, 0)) THEN RETURN NULL; END IF;
    INSERT INTO public.audit_heads (organization_id, sequence, hash) VALUES (tenant, 0, repeat('0', 64))
      ON CONFLICT (organization_id) DO NOTHING;
    SELECT * INTO head FROM public.audit_heads WHERE organization_id = tenant FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN RETURN NULL; END IF;
  END IF;
  -- In a new snapshot, taken with the lock: what an earlier transaction sealed is gone. The text is that of audit_hash without the hash
  -- before, which only the loop knows.
  last_hash := head.hash;
  FOR waiting IN
    SELECT u.position, substr(jsonb_build_array('', u.organization_id, head.sequence + row_number() OVER (ORDER BY u.position), u.event_id,
        to_char(u.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), u.actor_type, u.actor_id, u.actor_name, u.action,
        u.target_type, u.target_id, u.target_name, u.changes, u.ip, u.user_agent, u.request_id)::text, 3) AS rest
      FROM (SELECT * FROM public.unsealed_audit_events w WHERE w.organization_id = tenant ORDER BY w.position LIMIT most) u
      ORDER BY u.position LOOP
    previous_hashes := previous_hashes || last_hash;
    last_hash := encode(sha256(convert_to('["' || last_hash || waiting.rest, 'UTF8')), 'hex');
    positions := positions || waiting.position;
    hashes := hashes || last_hash;
  END LOOP;
  IF positions = '{}' THEN RETURN 0; END IF;
  SELECT array_agg(w.is_within ORDER BY w.place), array_agg(w.event_id ORDER BY w.place), array_agg(w.at ORDER BY w.place), array_agg(w.actor_type ORDER BY w.place), array_agg(w.actor_id ORDER BY w.place),
      array_agg(w.actor_name ORDER BY w.place), array_agg(w.action ORDER BY w.place), array_agg(w.target_type ORDER BY w.place), array_agg(w.target_id ORDER BY w.place),
      array_agg(w.target_name ORDER BY w.place), array_agg(w.changes ORDER BY w.place), array_agg(w.ip ORDER BY w.place), array_agg(w.user_agent ORDER BY w.place),
      array_agg(w.request_id ORDER BY w.place)
    INTO flags, event_ids, ats, actor_types, actor_ids, actor_names, actions, target_types, target_ids, target_names, all_changes, ips,
      user_agents, request_ids
  FROM (
    WITH batch AS MATERIALIZED (
      SELECT u.*, s.place,
        row_number() OVER (PARTITION BY u.request_id, u.action ORDER BY s.place) > 1
          OR s.place > min(s.place) FILTER (WHERE u.action = ANY (starts)) OVER (PARTITION BY u.request_id) AS follows
      FROM unnest(positions) WITH ORDINALITY AS s (position, place)
        JOIN public.unsealed_audit_events u ON u.organization_id = tenant AND u.position = s.position
          AND u.position BETWEEN positions[1] AND positions[cardinality(positions)] -- of many, only these are read
    ), earlier AS MATERIALIZED (
      SELECT k.request_id, k.action,
        EXISTS (SELECT 1 FROM public.audit_events p
          WHERE p.organization_id = tenant AND p.request_id = k.request_id AND (p.action = k.action OR p.action = ANY (starts))) AS is_there
      FROM (SELECT DISTINCT b.request_id, b.action FROM batch b WHERE b.request_id IS NOT NULL) k
    )
    SELECT b.*, p.is_there IS NOT NULL AND (b.follows IS TRUE OR p.is_there) AS is_within
    FROM batch b LEFT JOIN earlier p ON p.request_id = b.request_id AND p.action = b.action) w;
  INSERT INTO public.audit_events (organization_id, sequence, event_id, at, actor_type, actor_id, actor_name, action, target_type,
      target_id, target_name, changes, ip, user_agent, request_id, previous_hash, hash, is_within)
    SELECT tenant, head.sequence + s.place, s.event_id, s.at, s.actor_type, s.actor_id, s.actor_name, s.action, s.target_type,
      s.target_id, s.target_name, s.changes, s.ip, s.user_agent, s.request_id, s.previous_hash, s.hash, s.is_within
    FROM unnest(event_ids, ats, actor_types, actor_ids, actor_names, actions, target_types, target_ids, target_names, all_changes, ips,
        user_agents, request_ids, previous_hashes, hashes, flags) WITH ORDINALITY
      AS s (event_id, at, actor_type, actor_id, actor_name, action, target_type, target_id, target_name, changes, ip, user_agent,
        request_id, previous_hash, hash, is_within, place);
  GET DIAGNOSTICS written = ROW_COUNT;
  IF written <> cardinality(positions) THEN
    RAISE EXCEPTION 'sealed % of % audit events', written, cardinality(positions);
  END IF;
  DELETE FROM public.unsealed_audit_events u WHERE u.organization_id = tenant AND u.position = ANY (positions)
    AND u.position BETWEEN positions[1] AND positions[cardinality(positions)];
  GET DIAGNOSTICS written = ROW_COUNT;
  IF written <> cardinality(positions) THEN
    RAISE EXCEPTION 'sealed % audit events, and deleted %', cardinality(positions), written;
  END IF;
  UPDATE public.audit_heads SET sequence = head.sequence + cardinality(positions), hash = last_hash WHERE organization_id = tenant;
  RETURN cardinality(positions);
END $$;
