-- Imports of users and invitations from files: through the API, where the worker runs them, and on the command line.

CREATE TABLE user_imports (
  organization_id uuid NOT NULL REFERENCES organizations,
  import_id       uuid NOT NULL,
  file_name       text NOT NULL CHECK (char_length(file_name) BETWEEN 1 AND 200),
  status          text NOT NULL COLLATE "C" CHECK (status IN
                    ('uploaded', 'checking', 'checked', 'running', 'done', 'failed', 'cancelled', 'undoing', 'undone')),
  kind            text COLLATE "C" CHECK (kind IN ('users', 'invitations')),
  mapping         jsonb NOT NULL DEFAULT '{}',
  parts           integer NOT NULL DEFAULT 0,
  total           integer CHECK (total >= 0),
  created         integer NOT NULL DEFAULT 0,
  updated         integer NOT NULL DEFAULT 0,
  unchanged       integer NOT NULL DEFAULT 0,
  refused         integer NOT NULL DEFAULT 0,
  removed         integer NOT NULL DEFAULT 0,
  kept            integer NOT NULL DEFAULT 0,
  failure_code    text COLLATE "C",
  failure_detail  text,
  generation      integer NOT NULL DEFAULT 0,
  created_by_type text NOT NULL CHECK (created_by_type IN ('user', 'api-key', 'system')),
  created_by_id   uuid,
  created_by_name text NOT NULL,
  started_by      jsonb,
  created_at      timestamptz NOT NULL,
  started_at      timestamptz,
  finished_at     timestamptz,
  PRIMARY KEY (organization_id, import_id),
  CHECK ((created_by_id IS NULL) = (created_by_type = 'system')),
  CHECK (removed + kept <= created),
  CHECK ((failure_code IS NULL) = (failure_detail IS NULL)),
  CHECK (kind IS NOT NULL OR status IN ('uploaded', 'cancelled', 'failed'))
);
COMMENT ON TABLE user_imports IS 'An import of a file with users or people to invite';
COMMENT ON COLUMN user_imports.organization_id IS 'Tenant';
COMMENT ON COLUMN user_imports.import_id IS 'UUIDv7';
COMMENT ON COLUMN user_imports.file_name IS 'Name of the file, which says its format';
COMMENT ON COLUMN user_imports.status IS
  'uploaded: waits for a start; checking, running and undoing have work left; failed: the file or the server stopped it; cancelled: a user did';
COMMENT ON COLUMN user_imports.kind IS 'What the rows become; null until the first start';
COMMENT ON COLUMN user_imports.mapping IS 'Preset and columns: which column has which field';
COMMENT ON COLUMN user_imports.parts IS 'Number of stored parts of the file';
COMMENT ON COLUMN user_imports.total IS 'Rows of the file; null until it was read to its end';
COMMENT ON COLUMN user_imports.created IS 'Rows that created a user or an invitation; while checking, that would';
COMMENT ON COLUMN user_imports.updated IS 'Rows that changed one';
COMMENT ON COLUMN user_imports.unchanged IS 'Rows that said nothing new';
COMMENT ON COLUMN user_imports.refused IS 'Rows that were refused';
COMMENT ON COLUMN user_imports.removed IS 'Created users or invitations that the undo removed';
COMMENT ON COLUMN user_imports.kept IS 'Created users or invitations that the undo kept';
COMMENT ON COLUMN user_imports.failure_code IS 'Why it failed';
COMMENT ON COLUMN user_imports.failure_detail IS 'The same in a sentence';
COMMENT ON COLUMN user_imports.generation IS 'Which message of the outbox continues it; earlier ones are void';
COMMENT ON COLUMN user_imports.created_by_type IS 'Kind of actor who uploaded the file; system: the command line';
COMMENT ON COLUMN user_imports.created_by_id IS 'That actor; null for the command line';
COMMENT ON COLUMN user_imports.created_by_name IS 'Their name at the time';
COMMENT ON COLUMN user_imports.started_by IS 'Who started the work of now and from where: type, id, name, ip, userAgent, requestId';
COMMENT ON COLUMN user_imports.created_at IS 'When the upload began';
COMMENT ON COLUMN user_imports.started_at IS 'When the import was started; null while it was only checked';
COMMENT ON COLUMN user_imports.finished_at IS 'When the import ended; deleted 30 days later';

CREATE TABLE user_import_parts (
  organization_id uuid NOT NULL,
  import_id       uuid NOT NULL,
  number          integer NOT NULL CHECK (number >= 1),
  content         text NOT NULL,
  PRIMARY KEY (organization_id, import_id, number),
  FOREIGN KEY (organization_id, import_id) REFERENCES user_imports ON DELETE CASCADE
);
COMMENT ON TABLE user_import_parts IS 'The text of an uploaded file, until its import ends, for a day at most';
COMMENT ON COLUMN user_import_parts.organization_id IS 'Tenant';
COMMENT ON COLUMN user_import_parts.import_id IS 'The import';
COMMENT ON COLUMN user_import_parts.number IS 'Order, from 1';
COMMENT ON COLUMN user_import_parts.content IS 'Text, encrypted with a key derived from the secret key: a file may have password hashes';

CREATE TABLE user_import_rows (
  organization_id uuid NOT NULL,
  import_id       uuid NOT NULL,
  line            integer NOT NULL CHECK (line >= 1),
  outcome         text NOT NULL COLLATE "C" CHECK (outcome IN ('created', 'refused', 'removed', 'kept')),
  email           text NOT NULL,
  fields          jsonb NOT NULL DEFAULT '{}',
  subject_id      uuid,
  account_id      uuid,
  code            text COLLATE "C",
  detail          text,
  PRIMARY KEY (organization_id, import_id, line),
  FOREIGN KEY (organization_id, import_id) REFERENCES user_imports ON DELETE CASCADE,
  CHECK ((outcome = 'refused') = (subject_id IS NULL)),
  CHECK ((outcome IN ('refused', 'kept')) = (code IS NOT NULL))
);
CREATE INDEX user_import_rows_by_outcome ON user_import_rows (organization_id, import_id, outcome, line);
COMMENT ON TABLE user_import_rows IS 'Rows of imports that were refused, and those that created a user or an invitation';
COMMENT ON COLUMN user_import_rows.organization_id IS 'Tenant';
COMMENT ON COLUMN user_import_rows.import_id IS 'The import';
COMMENT ON COLUMN user_import_rows.line IS 'Number of the row''s line in the file';
COMMENT ON COLUMN user_import_rows.outcome IS 'refused, created, or what the undo made of a created one';
COMMENT ON COLUMN user_import_rows.email IS 'Its address, as it is written if that is none';
COMMENT ON COLUMN user_import_rows.fields IS 'The other fields of a refused row, without password hashes';
COMMENT ON COLUMN user_import_rows.subject_id IS 'The user or invitation that it created, which may be removed meanwhile';
COMMENT ON COLUMN user_import_rows.account_id IS 'The account with a password that it created';
COMMENT ON COLUMN user_import_rows.code IS 'Why it was refused, or why the undo kept what it created';
COMMENT ON COLUMN user_import_rows.detail IS 'The same in a sentence';

ALTER TABLE user_imports ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_imports FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON user_imports TO gatehouse_app USING (organization_id = current_organization());
ALTER TABLE user_import_parts ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_import_parts FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON user_import_parts TO gatehouse_app USING (organization_id = current_organization());
ALTER TABLE user_import_rows ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_import_rows FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON user_import_rows TO gatehouse_app USING (organization_id = current_organization());
CREATE POLICY keeper ON user_import_rows FOR SELECT TO gatehouse_keeper USING (true);

GRANT SELECT, INSERT, DELETE ON user_imports, user_import_parts, user_import_rows TO gatehouse_app;
GRANT UPDATE (status, kind, mapping, parts, total, created, updated, unchanged, refused, removed, kept, failure_code,
  failure_detail, generation, started_by, started_at, finished_at) ON user_imports TO gatehouse_app;
GRANT UPDATE (outcome, code, detail) ON user_import_rows TO gatehouse_app;
GRANT SELECT ON user_import_rows, sign_ins TO gatehouse_keeper;

CREATE FUNCTION remove_imported_accounts(tenant uuid, import uuid, accounts uuid[]) RETURNS integer
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
  DELETE FROM public.accounts a USING public.user_import_rows r
    WHERE r.organization_id = tenant AND r.import_id = import AND r.account_id = a.account_id AND a.account_id = ANY (accounts)
      AND NOT EXISTS (SELECT FROM public.account_organizations m WHERE m.account_id = a.account_id)
      AND NOT EXISTS (SELECT FROM public.sign_ins s WHERE s.account_id = a.account_id AND s.outcome <> 'failure');
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN removed;
END $$;
COMMENT ON FUNCTION remove_imported_accounts(uuid, uuid, uuid[]) IS
  'Deletes accounts that an import created, that nobody has signed in to, and that belong to no organization. Returns how many';
ALTER FUNCTION remove_imported_accounts(uuid, uuid, uuid[]) OWNER TO gatehouse_keeper;
REVOKE ALL ON FUNCTION remove_imported_accounts(uuid, uuid, uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION remove_imported_accounts(uuid, uuid, uuid[]) TO gatehouse_app;
