CREATE TABLE audit_heads (
  organization_id uuid PRIMARY KEY REFERENCES organizations,
  sequence        bigint NOT NULL,
  hash            text NOT NULL
);
COMMENT ON TABLE audit_heads IS 'The last link of each organization''s audit chain; its row lock orders the writers';
COMMENT ON COLUMN audit_heads.organization_id IS 'Tenant';
COMMENT ON COLUMN audit_heads.sequence IS 'Of the last event';
COMMENT ON COLUMN audit_heads.hash IS 'Of the last event';

CREATE TABLE audit_events (
  organization_id uuid NOT NULL REFERENCES organizations,
  sequence        bigint NOT NULL,
  event_id        uuid NOT NULL,
  at              timestamptz NOT NULL,
  actor_type      text NOT NULL COLLATE "C" CHECK (actor_type IN ('user', 'api-key', 'system')),
  actor_id        uuid,
  actor_name      text NOT NULL,
  action          text NOT NULL COLLATE "C",
  target_type     text NOT NULL COLLATE "C",
  target_id       uuid,
  target_name     text NOT NULL,
  changes         jsonb NOT NULL,
  ip              text,
  user_agent      text,
  request_id      text,
  previous_hash   text NOT NULL,
  hash            text NOT NULL,
  PRIMARY KEY (organization_id, sequence)
);
CREATE UNIQUE INDEX audit_events_id_key ON audit_events (organization_id, event_id);
CREATE INDEX audit_events_by_time ON audit_events (organization_id, at, sequence);
CREATE INDEX audit_events_by_actor ON audit_events (organization_id, actor_id, sequence DESC);
CREATE INDEX audit_events_by_target ON audit_events (organization_id, target_id, sequence DESC);
CREATE INDEX audit_events_by_action ON audit_events (organization_id, action, sequence DESC);
COMMENT ON TABLE audit_events IS 'What happened, append-only; each event carries the hash of the one before';
COMMENT ON COLUMN audit_events.organization_id IS 'Tenant';
COMMENT ON COLUMN audit_events.sequence IS '1, 2, 3 … without a gap, given by append_audit_events';
COMMENT ON COLUMN audit_events.event_id IS 'UUIDv7';
COMMENT ON COLUMN audit_events.at IS 'When';
COMMENT ON COLUMN audit_events.actor_type IS 'user, api-key or system';
COMMENT ON COLUMN audit_events.actor_id IS 'Who; null for the system';
COMMENT ON COLUMN audit_events.actor_name IS 'Their name at the time';
COMMENT ON COLUMN audit_events.action IS 'What was done: thing.verb, e.g. users.roles-changed';
COMMENT ON COLUMN audit_events.target_type IS 'Kind of thing it was done to';
COMMENT ON COLUMN audit_events.target_id IS 'Which';
COMMENT ON COLUMN audit_events.target_name IS 'Its name at the time';
COMMENT ON COLUMN audit_events.changes IS 'Array of {field, before, after}; secrets never appear';
COMMENT ON COLUMN audit_events.ip IS 'Address of the request';
COMMENT ON COLUMN audit_events.user_agent IS 'Browser or program of the request';
COMMENT ON COLUMN audit_events.request_id IS 'Id of the request, as in the logs';
COMMENT ON COLUMN audit_events.previous_hash IS 'Hash of the event before; 64 zeros for the first';
COMMENT ON COLUMN audit_events.hash IS 'SHA-256 over previous_hash and every other column';

CREATE FUNCTION audit_hash(event audit_events) RETURNS text
  LANGUAGE sql STABLE AS $$
  SELECT encode(sha256(convert_to(jsonb_build_array(
    event.previous_hash, event.organization_id, event.sequence, event.event_id,
    to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), event.actor_type, event.actor_id, event.actor_name, event.action,
    event.target_type, event.target_id, event.target_name, event.changes, event.ip, event.user_agent, event.request_id
  )::text, 'UTF8')), 'hex')
$$;
COMMENT ON FUNCTION audit_hash(audit_events) IS 'The hash that an event must carry: what the chain is made and verified with';

-- The only way in. The head's row lock orders the writers; it is taken once for all entries of a call, and numbers, links
-- and hashes are given here, so that no caller can choose them.
CREATE FUNCTION append_audit_events(tenant uuid, entries jsonb) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  head audit_heads;
  event audit_events;
  events audit_events[] := '{}';
BEGIN
  IF tenant IS DISTINCT FROM current_organization() THEN
    RAISE EXCEPTION 'audit events belong to the organization of their transaction' USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- Locked first, made only if it is missing: an INSERT would wait for every writer before it, and the lock once more.
  SELECT * INTO head FROM audit_heads WHERE organization_id = tenant FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO audit_heads (organization_id, sequence, hash) VALUES (tenant, 0, repeat('0', 64))
      ON CONFLICT (organization_id) DO NOTHING;
    SELECT * INTO head FROM audit_heads WHERE organization_id = tenant FOR UPDATE;
  END IF;
  FOR event IN SELECT (jsonb_populate_record(NULL::audit_events, entry)).* FROM jsonb_array_elements(entries) AS entry LOOP
    head.sequence := head.sequence + 1;
    event.organization_id := tenant;
    event.sequence := head.sequence;
    event.previous_hash := head.hash;
    event.hash := audit_hash(event);
    head.hash := event.hash;
    events := events || event;
  END LOOP;
  INSERT INTO audit_events SELECT * FROM unnest(events);
  UPDATE audit_heads SET sequence = head.sequence, hash = head.hash WHERE organization_id = tenant;
END $$;
COMMENT ON FUNCTION append_audit_events(uuid, jsonb) IS
  'Adds events to an organization''s chain. entries: array of objects with the columns of audit_events but sequence and hashes';
ALTER FUNCTION append_audit_events(uuid, jsonb) OWNER TO gatehouse_keeper;

CREATE FUNCTION audit_events_are_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit events are append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_events_are_final BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
  FOR EACH STATEMENT EXECUTE FUNCTION audit_events_are_final();

ALTER TABLE audit_heads ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_heads FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON audit_heads TO gatehouse_app USING (organization_id = current_organization());
CREATE POLICY keeper ON audit_heads TO gatehouse_keeper USING (true);
ALTER TABLE audit_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_events FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON audit_events FOR SELECT TO gatehouse_app USING (organization_id = current_organization());
CREATE POLICY keeper ON audit_events FOR INSERT TO gatehouse_keeper WITH CHECK (true);

GRANT SELECT ON audit_heads TO gatehouse_app;
GRANT SELECT, INSERT, UPDATE ON audit_heads TO gatehouse_keeper;
GRANT SELECT ON audit_events TO gatehouse_app;
GRANT INSERT ON audit_events TO gatehouse_keeper;
