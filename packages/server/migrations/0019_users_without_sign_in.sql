-- Users without a Gatehouse sign-in, for panels with their own; and their ids in other systems in invitations.

-- An account without an address belongs to one user, who can't sign in to Gatehouse: nobody finds it by an address, so that
-- creating a user neither touches nor reveals an account that another organization has for the same person.
ALTER TABLE accounts ALTER COLUMN email DROP NOT NULL;
ALTER TABLE accounts ALTER COLUMN password_hash DROP NOT NULL;
ALTER TABLE accounts ADD CONSTRAINT accounts_sign_in CHECK (email IS NOT NULL OR password_hash IS NULL);
COMMENT ON COLUMN accounts.email IS 'Canonical: trimmed, NFC, lower-case; null for the account of a user who can''t sign in to Gatehouse';
COMMENT ON COLUMN accounts.password_hash IS 'argon2id, PHC string with its parameters; null without a password';

-- Before, accounts had one address each and users one account each. Without an address this has to be said.
CREATE UNIQUE INDEX users_email_key ON users (organization_id, email);

-- Such an account ends with its user.
CREATE FUNCTION users_remove_account() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.users'::regclass THEN
    RAISE EXCEPTION 'users_remove_account belongs to another table' USING ERRCODE = 'insufficient_privilege';
  END IF;
  DELETE FROM public.accounts WHERE account_id = OLD.account_id AND email IS NULL;
  RETURN NULL;
END $$;
ALTER FUNCTION users_remove_account() OWNER TO gatehouse_keeper;
COMMENT ON FUNCTION users_remove_account() IS 'Deletes the account of a removed user who couldn''t sign in to Gatehouse';
REVOKE ALL ON FUNCTION users_remove_account() FROM PUBLIC;
GRANT SELECT, DELETE ON accounts TO gatehouse_keeper;
-- After users_copy_membership, which deletes the row that refers to the account: triggers run in the order of their names.
CREATE TRIGGER users_remove_account AFTER DELETE ON users
  FOR EACH ROW EXECUTE FUNCTION users_remove_account();

ALTER TABLE invitations ADD COLUMN external_id text COLLATE "C" CHECK (char_length(external_id) <= 200);
COMMENT ON COLUMN invitations.external_id IS 'Optional id in another system, for the user that comes of it';
CREATE UNIQUE INDEX invitations_external_id_key ON invitations (organization_id, external_id) WHERE status = 'pending';
