-- Whether an account has a second factor is written with the rights of the transaction's role. With those of another role, Citus would use another
-- connection, which waits for rows that the transaction has locked. The application writes the factors themselves, so it gets no more power.
--
-- Locks: none that readers or writers wait for. No row is read or written.

GRANT UPDATE (two_factor) ON accounts, users TO gatehouse_app;

CREATE OR REPLACE FUNCTION accounts_keep_two_factor() RETURNS trigger
  LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  changed uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.account_id ELSE NEW.account_id END;
  previous text := current_setting('gatehouse.organization_id', true);
  now_has boolean;
  organizations uuid[];
  users uuid[];
BEGIN
  -- The account's row is locked first, so that two factors that change at the same time don't both miss the other.
  PERFORM FROM public.accounts WHERE account_id = changed FOR UPDATE;
  now_has := EXISTS (SELECT FROM public.account_totp WHERE account_id = changed AND enabled_at IS NOT NULL)
    OR EXISTS (SELECT FROM public.account_passkeys WHERE account_id = changed);
  UPDATE public.accounts SET two_factor = now_has WHERE account_id = changed AND two_factor <> now_has;
  SELECT array_agg(m.organization_id), array_agg(m.user_id) INTO organizations, users
    FROM public.account_organizations m WHERE m.account_id = changed;
  -- The policy shows the users of one organization. Citus sends a setting on only if it is set by a command.
  FOR i IN 1 .. COALESCE(cardinality(organizations), 0) LOOP
    EXECUTE format('SET LOCAL gatehouse.organization_id = %L', organizations[i]);
    UPDATE public.users u SET two_factor = now_has
      WHERE u.organization_id = organizations[i] AND u.user_id = users[i] AND u.two_factor <> now_has;
  END LOOP;
  EXECUTE format('SET LOCAL gatehouse.organization_id = %L', COALESCE(previous, ''));
  RETURN NULL;
END $$;
ALTER FUNCTION accounts_keep_two_factor() OWNER TO CURRENT_USER;
