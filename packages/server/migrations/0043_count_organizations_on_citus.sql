-- Counts organizations in a subquery with a column: Citus can't bring together rows without one. Everywhere, it counts the same as before.
--
-- Locks: none. No table is read or written.

CREATE OR REPLACE FUNCTION count_organizations(patterns text[], wanted text, most integer) RETURNS integer
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  SET plan_cache_mode = force_custom_plan AS $$
BEGIN
  IF NOT pg_has_role(session_user, 'gatehouse_app', 'MEMBER') THEN
    RAISE EXCEPTION 'the user % may not list organizations', session_user USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN (SELECT count(*)::integer FROM (SELECT 1 FROM public.organizations o
    WHERE (patterns IS NULL OR public.fold_name(o.name) LIKE patterns[1] AND public.fold_name(o.name) LIKE ALL (patterns))
      AND (wanted IS NULL OR wanted = CASE WHEN o.deleted_at IS NULL THEN o.status ELSE 'deleted' END) LIMIT most) c);
END $$;
