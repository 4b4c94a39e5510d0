-- How often one address may get a mail about an invitation, and whether anybody works on the outbox.

CREATE TABLE invitation_mails (
  organization_id uuid NOT NULL REFERENCES organizations,
  email           text NOT NULL COLLATE "C" CHECK (octet_length(email) <= 254),
  last_mail_at    timestamptz NOT NULL,
  day_began_at    timestamptz NOT NULL,
  mails_that_day  integer NOT NULL CHECK (mails_that_day BETWEEN 1 AND 10),
  PRIMARY KEY (organization_id, email)
);
CREATE INDEX invitation_mails_by_age ON invitation_mails (organization_id, last_mail_at);
COMMENT ON TABLE invitation_mails IS
  'Mails about invitations to one address: one a minute and ten a day at most, however the invitation was made';
COMMENT ON COLUMN invitation_mails.organization_id IS 'Tenant';
COMMENT ON COLUMN invitation_mails.email IS 'Canonical address. Not an invitation''s id: revoking and inviting again must not begin a new count';
COMMENT ON COLUMN invitation_mails.last_mail_at IS 'When the last mail may leave; in the future while it waits for its minute';
COMMENT ON COLUMN invitation_mails.day_began_at IS 'When the first of the counted mails was asked for';
COMMENT ON COLUMN invitation_mails.mails_that_day IS 'How many were asked for in the 24 hours since';

ALTER TABLE invitation_mails ENABLE ROW LEVEL SECURITY;
ALTER TABLE invitation_mails FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON invitation_mails TO gatehouse_app USING (organization_id = current_organization());
GRANT SELECT, INSERT, UPDATE, DELETE ON invitation_mails TO gatehouse_app;

ALTER TABLE installation ADD COLUMN worker_seen_at timestamptz;
COMMENT ON COLUMN installation.worker_seen_at IS 'When a worker last said that it runs, by the database''s clock; null when none ever did';
GRANT UPDATE (worker_seen_at) ON installation TO gatehouse_app;
