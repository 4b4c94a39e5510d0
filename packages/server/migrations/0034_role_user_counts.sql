-- The number of users of a role was a column of the role: transactions that give or remove the same role waited for each other
-- until their commit. Now each connection counts in a row of its choice, and a reader adds the rows up.
--
-- Locks: ACCESS EXCLUSIVE on roles, for the moment that dropping a column takes.
CREATE TABLE role_user_counts (
  organization_id uuid NOT NULL,
  role_id         uuid NOT NULL,
  part            smallint NOT NULL CHECK (part BETWEEN 0 AND 31),
  users           integer NOT NULL,
  PRIMARY KEY (organization_id, role_id, part),
  FOREIGN KEY (organization_id, role_id) REFERENCES roles ON DELETE CASCADE
);
COMMENT ON TABLE role_user_counts IS 'The sum of its rows is the number of users who have the role without an end; kept by triggers alone';
COMMENT ON COLUMN role_user_counts.organization_id IS 'Tenant';
COMMENT ON COLUMN role_user_counts.role_id IS 'The role';
COMMENT ON COLUMN role_user_counts.part IS 'Which of its rows: connections use different ones, so that they don''t wait for each other';
COMMENT ON COLUMN role_user_counts.users IS 'Given minus removed grants of these connections; may be negative';

ALTER TABLE roles NO FORCE ROW LEVEL SECURITY;
INSERT INTO role_user_counts (organization_id, role_id, part, users)
  SELECT organization_id, role_id, 0, permanent_user_count FROM roles WHERE permanent_user_count <> 0;
ALTER TABLE roles FORCE ROW LEVEL SECURITY;
ALTER TABLE roles DROP COLUMN permanent_user_count;

ALTER TABLE role_user_counts ENABLE ROW LEVEL SECURITY;
ALTER TABLE role_user_counts FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON role_user_counts FOR SELECT TO gatehouse_app USING (organization_id = current_organization());
CREATE POLICY keeper ON role_user_counts TO gatehouse_keeper USING (true);
GRANT SELECT ON role_user_counts TO gatehouse_app;
GRANT SELECT, INSERT, UPDATE (users) ON role_user_counts TO gatehouse_keeper;

-- Once for each statement; roles in the order of their ids, so that two statements don't wait for each other.
CREATE OR REPLACE FUNCTION roles_keep_user_count() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.user_roles'::regclass THEN
    RAISE EXCEPTION 'roles_keep_user_count belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    INSERT INTO public.role_user_counts AS c (organization_id, role_id, part, users)
      SELECT g.organization_id, g.role_id, pg_backend_pid() % 32, sum(g.change)::integer FROM (
        SELECT organization_id, role_id, 1 AS change FROM changed_grants WHERE expires_at IS NULL
        UNION ALL SELECT organization_id, role_id, -1 FROM previous_grants WHERE expires_at IS NULL) g
      GROUP BY g.organization_id, g.role_id HAVING sum(g.change) <> 0 ORDER BY 1, 2
      ON CONFLICT (organization_id, role_id, part) DO UPDATE SET users = c.users + excluded.users;
  ELSE
    INSERT INTO public.role_user_counts AS c (organization_id, role_id, part, users)
      SELECT g.organization_id, g.role_id, pg_backend_pid() % 32, (CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END * count(*))::integer
      FROM changed_grants g WHERE g.expires_at IS NULL
      GROUP BY g.organization_id, g.role_id ORDER BY 1, 2
      ON CONFLICT (organization_id, role_id, part) DO UPDATE SET users = c.users + excluded.users;
  END IF;
  RETURN NULL;
END $$;
