-- The audit log is listed by name, by time and in groups, whatever its size. None of the new columns is part of the hashes.

-- For the step below and the indexes, in a large log.
SET LOCAL work_mem = '256MB';
SET LOCAL maintenance_work_mem = '256MB';

-- foldText of the contract, for Latin, Greek and Cyrillic letters.
CREATE FUNCTION fold_name(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN CASE WHEN octet_length(name) = char_length(name) THEN lower(name COLLATE "C") ELSE (
    SELECT CASE WHEN octet_length(folded) = char_length(folded) THEN folded ELSE
      translate(replace(replace(replace(replace(replace(replace(replace(replace(folded,
        'ß', 'ss'), 'ẞ', 'ss'), 'æ', 'ae'), 'Æ', 'ae'), 'œ', 'oe'), 'Œ', 'oe'), 'þ', 'th'), 'Þ', 'th'),
        'ÐØðøĐđĦıŁłŊŦƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƢƤƦƧƩƬƮƱƲƳƵƷƸƼǤǶǷȜȠȢȤȺȻȽȾɁɃɄɅɆɈɊɌɎͰͲͶͿΑΕΗΙΟΥΩΒΓΔΖΘΚΛΜΝΞΠΡΣΤΦΧΨϏϘϚϜϞϠϢϤϦϨϪϬϮϷϺϽϾϿЕЂГЄЅІЈЉЊЋКИУЏАБВДЖЗЛМНОПРСТФХЦЧШЩЪЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӃӅӇӉӋӍӔӘӠӨӶӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮỺỼỾ',
        'dododdħillŋŧɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵƣƥʀƨʃƭʈʊʋƴƶʒƹƽǥƕƿȝƞȣȥⱥȼƚⱦɂƀʉʌɇɉɋɍɏͱͳͷϳαεηιουωβγδζθκλμνξπρστφχψϗϙϛϝϟϡϣϥϧϩϫϭϯϸϻͻͼͽеђгєѕіјљњћкиуџабвджзлмнопрстфхцчшщъыьэюяѡѣѥѧѩѫѭѯѱѳѵѹѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӄӆӈӊӌӎӕәӡөӷӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯỻỽỿ') END
    FROM lower(regexp_replace(normalize(name, NFKD),
      '[\u0300-\u036f\u0483-\u0489\u00ad\u034f\u061c\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\u2800\ufe00-\ufe0f\ufe20-\ufe2f\ufeff]+',
      '', 'g') COLLATE "C") AS folded) END;
COMMENT ON FUNCTION fold_name(text) IS 'A name without case, accents and Turkish dots, as searches compare it';
GRANT EXECUTE ON FUNCTION fold_name(text) TO gatehouse_keeper;

ALTER TABLE audit_events
  ADD COLUMN search_key text COLLATE "C" NOT NULL
    GENERATED ALWAYS AS (' ' || fold_name(actor_name) || ' ' || chr(10) || ' ' || fold_name(target_name)) STORED,
  ADD COLUMN is_within boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN audit_events.search_key IS
  'Folded names of actor and target between spaces, a line break between them: what searches look into';
COMMENT ON COLUMN audit_events.is_within IS
  'Whether a grouped list shows it within an earlier event of its request; given by append_audit_events';

-- The rule by which the events of a request were grouped so far.
ALTER TABLE audit_events DISABLE TRIGGER audit_events_are_final;
DO $$
BEGIN
  ALTER TABLE audit_events NO FORCE ROW LEVEL SECURITY;
  UPDATE audit_events e SET is_within = true
    FROM (SELECT organization_id, sequence,
        row_number() OVER (PARTITION BY organization_id, request_id, action ORDER BY sequence) AS place,
        min(sequence) FILTER (WHERE action IN ('user-jobs.started', 'roles.deleted'))
          OVER (PARTITION BY organization_id, request_id) AS start
      FROM audit_events WHERE request_id IS NOT NULL) p
    WHERE p.organization_id = e.organization_id AND p.sequence = e.sequence AND (p.place > 1 OR p.sequence > p.start);
  ALTER TABLE audit_events FORCE ROW LEVEL SECURITY;
END $$;
ALTER TABLE audit_events ENABLE TRIGGER audit_events_are_final;

CREATE INDEX audit_events_by_trigram ON audit_events USING gin (search_key gin_trgm_ops);
CREATE INDEX audit_events_entries ON audit_events (organization_id, sequence) WHERE NOT is_within;

-- Like users_search: pattern matching can't use an index under row-level security.
CREATE VIEW audit_search AS
  SELECT organization_id, sequence, search_key FROM audit_events WHERE organization_id = current_organization();
ALTER VIEW audit_search OWNER TO gatehouse_search;
CREATE POLICY search ON audit_events FOR SELECT TO gatehouse_search USING (true);
GRANT SELECT (organization_id, sequence, search_key) ON audit_events TO gatehouse_search;
GRANT SELECT ON audit_search TO gatehouse_app;
COMMENT ON VIEW audit_search IS 'The tenant''s audit events for the search by name, where an index can be used';
COMMENT ON COLUMN audit_search.organization_id IS 'Tenant';
COMMENT ON COLUMN audit_search.sequence IS 'The event';
COMMENT ON COLUMN audit_search.search_key IS 'What is searched';

CREATE POLICY keeper_reads ON audit_events FOR SELECT TO gatehouse_keeper USING (true);
GRANT SELECT (organization_id, sequence, request_id, action) ON audit_events TO gatehouse_keeper;
CREATE OR REPLACE FUNCTION append_audit_events(tenant uuid, entries jsonb) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  head public.audit_heads;
  event public.audit_events;
  events public.audit_events[] := '{}';
  starts constant text[] := ARRAY['user-jobs.started', 'roles.deleted'];
  request text;
  seen text[];
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
    IF seen IS NULL OR request IS DISTINCT FROM event.request_id THEN
      request := event.request_id;
      -- The first event of a change of many says so: the others aren't read then.
      seen := ARRAY(SELECT p.action FROM public.audit_events p
        WHERE p.organization_id = tenant AND p.request_id = request ORDER BY p.sequence LIMIT 2);
      IF NOT seen && starts THEN
        seen := ARRAY(SELECT DISTINCT p.action FROM public.audit_events p
          WHERE p.organization_id = tenant AND p.request_id = request);
      END IF;
    END IF;
    event.is_within := seen && starts OR event.action = ANY (seen);
    seen := seen || event.action;
    events := events || event;
  END LOOP;
  INSERT INTO public.audit_events (organization_id, sequence, event_id, at, actor_type, actor_id, actor_name, action, target_type,
      target_id, target_name, changes, ip, user_agent, request_id, previous_hash, hash, is_within)
    SELECT e.organization_id, e.sequence, e.event_id, e.at, e.actor_type, e.actor_id, e.actor_name, e.action, e.target_type,
      e.target_id, e.target_name, e.changes, e.ip, e.user_agent, e.request_id, e.previous_hash, e.hash, e.is_within
    FROM unnest(events) AS e;
  UPDATE public.audit_heads SET sequence = head.sequence, hash = head.hash WHERE organization_id = tenant;
END $$;
