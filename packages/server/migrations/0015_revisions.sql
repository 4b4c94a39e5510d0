-- A version is a bare number: after a restore, or a failover to a replica that lagged, the same number names other content.
-- Beside it comes a revision that no other history has. Null until the first change after this migration: what was never changed
-- is the same in every history that has it, and adding a column without a default rewrites no table.
ALTER TABLE users ADD COLUMN revision uuid;
ALTER TABLE roles ADD COLUMN revision uuid;
ALTER TABLE catalogues ADD COLUMN revision uuid;
ALTER TABLE organizations ADD COLUMN revision uuid;
COMMENT ON COLUMN users.revision IS 'Random, another one with each version; null until the first change. With the version, the ETag';
COMMENT ON COLUMN roles.revision IS
  'Random, another one with each version; null until the first change. With the version, the ETag; roles are kept in memory by both';
COMMENT ON COLUMN catalogues.revision IS
  'Random, another one with each version; null until the first change. With the version, the ETag; compiled catalogues are kept in memory by both';
COMMENT ON COLUMN organizations.revision IS
  'Random, another one with each version of the settings; null until the first change. With the version, the ETag';

CREATE FUNCTION give_revision() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.revision := gen_random_uuid();
  RETURN NEW;
END $$;
COMMENT ON FUNCTION give_revision() IS 'Gives a row whose version is written a revision, so that no statement can forget it';
REVOKE ALL ON FUNCTION give_revision() FROM PUBLIC;

CREATE TRIGGER users_give_revision BEFORE UPDATE OF version ON users
  FOR EACH ROW EXECUTE FUNCTION give_revision();
CREATE TRIGGER roles_give_revision BEFORE UPDATE OF version ON roles
  FOR EACH ROW EXECUTE FUNCTION give_revision();
CREATE TRIGGER catalogues_give_revision BEFORE UPDATE OF version ON catalogues
  FOR EACH ROW EXECUTE FUNCTION give_revision();
CREATE TRIGGER organizations_give_revision BEFORE UPDATE OF version ON organizations
  FOR EACH ROW EXECUTE FUNCTION give_revision();
