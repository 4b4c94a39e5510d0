-- Grants with an end: in invitations, and emails before the end.

ALTER TABLE invitation_roles
  ADD COLUMN expires_at timestamptz,
  ADD COLUMN for_days integer CHECK (for_days BETWEEN 1 AND 3650),
  ADD CONSTRAINT invitation_roles_one_end CHECK (expires_at IS NULL OR for_days IS NULL);
COMMENT ON COLUMN invitation_roles.expires_at IS 'Until when the user will have the role; null for no fixed end';
COMMENT ON COLUMN invitation_roles.for_days IS 'For how many days from joining the user will have the role; null for no such end';
GRANT UPDATE (expires_at, for_days) ON invitation_roles TO gatehouse_app;

-- The owner role has no end: user_roles_keep_owner rejects an INSERT with one, this an UPDATE that adds one.
CREATE FUNCTION user_roles_keep_owner_endless() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM public.roles r
      WHERE r.organization_id = NEW.organization_id AND r.role_id = NEW.role_id AND r.is_owner) THEN
    RAISE EXCEPTION 'the owner role has no end' USING ERRCODE = 'check_violation', CONSTRAINT = 'user_roles_owner_has_no_end';
  END IF;
  RETURN NULL;
END $$;
COMMENT ON FUNCTION user_roles_keep_owner_endless() IS 'Rejects an end of a grant of the owner role';
REVOKE ALL ON FUNCTION user_roles_keep_owner_endless() FROM PUBLIC;
CREATE TRIGGER user_roles_keep_owner_endless AFTER UPDATE OF expires_at ON user_roles
  FOR EACH ROW WHEN (NEW.expires_at IS NOT NULL) EXECUTE FUNCTION user_roles_keep_owner_endless();

-- One row for each email that tells a person when grants end. The job that inserts the row sends the email.
CREATE TABLE grant_reminders (
  organization_id uuid NOT NULL,
  recipient_id    uuid NOT NULL,
  user_id         uuid NOT NULL,
  expires_at      timestamptz NOT NULL,
  days            integer NOT NULL CHECK (days IN (1, 7)),
  email_id        text NOT NULL COLLATE "C" CHECK (char_length(email_id) <= 100),
  sent_at         timestamptz,
  PRIMARY KEY (organization_id, recipient_id, user_id, expires_at, days),
  FOREIGN KEY (organization_id, recipient_id) REFERENCES users ON DELETE CASCADE,
  FOREIGN KEY (organization_id, user_id) REFERENCES users ON DELETE CASCADE
);
CREATE INDEX grant_reminders_by_user ON grant_reminders (organization_id, user_id);
COMMENT ON TABLE grant_reminders IS
  'Emails about grants that end soon: one for each recipient, user, end and number of days before, however many jobs ask for it';
COMMENT ON COLUMN grant_reminders.organization_id IS 'Tenant';
COMMENT ON COLUMN grant_reminders.recipient_id IS 'Who gets the email: the user whose roles end, or who gave them';
COMMENT ON COLUMN grant_reminders.user_id IS 'Whose roles end';
COMMENT ON COLUMN grant_reminders.expires_at IS 'When they end';
COMMENT ON COLUMN grant_reminders.days IS 'How many days before: 7 or 1';
COMMENT ON COLUMN grant_reminders.email_id IS
  'Which email contains this: several reminders to one recipient may share one. Part of its Message-ID';
COMMENT ON COLUMN grant_reminders.sent_at IS 'When a mail server accepted or refused the email; null until then';

ALTER TABLE grant_reminders ENABLE ROW LEVEL SECURITY;
ALTER TABLE grant_reminders FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON grant_reminders TO gatehouse_app USING (organization_id = current_organization());
GRANT SELECT, INSERT, UPDATE (sent_at), DELETE ON grant_reminders TO gatehouse_app;

-- The grants that somebody gave and that end, for the email to that person.
CREATE INDEX user_roles_ending ON user_roles (organization_id, expires_at) WHERE expires_at IS NOT NULL;
