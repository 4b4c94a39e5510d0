-- A program of the operator follows all organizations on one connection: one statement says which of them have changed.
CREATE FUNCTION list_audit_heads(tenants uuid[])
  RETURNS TABLE (organization_id uuid, sequence bigint, hash text, unsealed bigint)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  SET plan_cache_mode = force_custom_plan AS $$
BEGIN
  IF NOT pg_has_role(session_user, 'gatehouse_app', 'MEMBER') THEN
    RAISE EXCEPTION 'the user % may not list organizations', session_user USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN QUERY SELECT o.organization_id, COALESCE(h.sequence, 0), COALESCE(h.hash, repeat('0', 64)), COALESCE(w.unsealed, 0)
    FROM public.organizations o
    LEFT JOIN public.audit_heads h ON h.organization_id = o.organization_id
    LEFT JOIN (SELECT u.organization_id, count(*) AS unsealed FROM public.unsealed_audit_events u
      WHERE tenants IS NULL OR u.organization_id = ANY (tenants) GROUP BY u.organization_id) w
      ON w.organization_id = o.organization_id
    WHERE tenants IS NULL OR o.organization_id = ANY (tenants);
END $$;
COMMENT ON FUNCTION list_audit_heads(uuid[]) IS
  'Number and hash of the last audit event of these organizations, or of all for null, and how many later events have no number yet. Each change alters one of them';
ALTER FUNCTION list_audit_heads(uuid[]) OWNER TO gatehouse_keeper;
REVOKE ALL ON FUNCTION list_audit_heads(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION list_audit_heads(uuid[]) TO gatehouse_app;
