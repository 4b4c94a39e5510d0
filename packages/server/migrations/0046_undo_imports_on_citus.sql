-- On a Citus cluster, accounts of an import that is undone stay: every server has a copy of them, which can't be deleted beside the rows of one
-- organization. Everywhere else they are removed as before.
--
-- Locks: none. No table is read or written.

CREATE OR REPLACE FUNCTION remove_imported_accounts(tenant uuid, import uuid, accounts uuid[]) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  removed integer;
BEGIN
  IF NOT pg_has_role(session_user, 'gatehouse_app', 'MEMBER') THEN
    RAISE EXCEPTION 'the user % may not remove accounts', session_user USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF tenant IS DISTINCT FROM public.current_organization() THEN
    RAISE EXCEPTION 'an import belongs to the organization of the transaction' USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- Nested, because a condition that names a table is planned as a whole, and only Citus has this one.
  IF to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL THEN
    IF EXISTS (SELECT FROM pg_catalog.pg_dist_partition p WHERE p.logicalrelid = 'public.accounts'::regclass) THEN RETURN 0; END IF;
  END IF;
  DELETE FROM public.accounts a USING public.user_import_rows r
    WHERE r.organization_id = tenant AND r.import_id = import AND r.account_id = a.account_id AND a.account_id = ANY (accounts)
      AND NOT EXISTS (SELECT FROM public.account_organizations m WHERE m.account_id = a.account_id)
      AND NOT EXISTS (SELECT FROM public.sign_ins s WHERE s.account_id = a.account_id AND s.outcome <> 'failure');
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN removed;
END $$;
