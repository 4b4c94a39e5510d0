-- Bulk changes edit a thousand users with one statement each.

-- Room in each page for the next version of its users: while no indexed column changes, no index is written.
ALTER TABLE users SET (fillfactor = 85);

COMMENT ON TABLE user_jobs IS 'A change of many users that the worker makes, a batch after the other';

-- The same numbers and hashes as before, in less time: only the hash is computed event by event, the events of a long queue are
-- read once, and those of many requests aren't compared with each other.
CREATE OR REPLACE FUNCTION seal_audit_events(tenant uuid, most integer) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  head public.audit_heads;
  last_hash text;
  positions bigint[] := '{}';
  hashes text[] := '{}';
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
  IF NOT EXISTS (SELECT FROM public.unsealed_audit_events u WHERE u.organization_id = tenant) THEN RETURN 0; END IF;
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
    last_hash := encode(sha256(convert_to('["' || last_hash || waiting.rest, 'UTF8')), 'hex');
    positions := positions || waiting.position;
    hashes := hashes || last_hash;
  END LOOP;
  IF positions = '{}' THEN RETURN 0; END IF;
  INSERT INTO public.audit_events (organization_id, sequence, event_id, at, actor_type, actor_id, actor_name, action, target_type,
      target_id, target_name, changes, ip, user_agent, request_id, previous_hash, hash, is_within)
    WITH batch AS MATERIALIZED (
      SELECT u.*, head.sequence + s.place AS sequence, lag(s.hash, 1, head.hash) OVER (ORDER BY s.place) AS previous_hash, s.hash,
        row_number() OVER (PARTITION BY u.request_id, u.action ORDER BY s.place) > 1
          OR s.place > min(s.place) FILTER (WHERE u.action = ANY (starts)) OVER (PARTITION BY u.request_id) AS follows
      FROM unnest(positions, hashes) WITH ORDINALITY AS s (position, hash, place)
        JOIN public.unsealed_audit_events u ON u.organization_id = tenant AND u.position = s.position
          AND u.position BETWEEN positions[1] AND positions[cardinality(positions)] -- of many, only these are read
    ), earlier AS MATERIALIZED (
      SELECT k.request_id, k.action,
        EXISTS (SELECT FROM public.audit_events p
          WHERE p.organization_id = tenant AND p.request_id = k.request_id AND (p.action = k.action OR p.action = ANY (starts))) AS is_there
      FROM (SELECT DISTINCT b.request_id, b.action FROM batch b WHERE b.request_id IS NOT NULL) k
    )
    SELECT b.organization_id, b.sequence, b.event_id, b.at, b.actor_type, b.actor_id, b.actor_name, b.action, b.target_type,
      b.target_id, b.target_name, b.changes, b.ip, b.user_agent, b.request_id, b.previous_hash, b.hash,
      p.is_there IS NOT NULL AND (b.follows IS TRUE OR p.is_there)
    FROM batch b LEFT JOIN earlier p ON p.request_id = b.request_id AND p.action = b.action
    ORDER BY b.sequence;
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
