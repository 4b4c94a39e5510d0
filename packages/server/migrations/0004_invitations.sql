CREATE TABLE invitations (
  organization_id uuid NOT NULL REFERENCES organizations,
  invitation_id   uuid NOT NULL,
  email           text NOT NULL COLLATE "C" CHECK (email = lower(email) AND octet_length(email) <= 254),
  search_key      text NOT NULL COLLATE "C",
  name            text CHECK (char_length(name) BETWEEN 1 AND 200),
  message         text CHECK (char_length(message) <= 1000),
  language        text NOT NULL CHECK (language IN ('en', 'tr')),
  status          text NOT NULL DEFAULT 'pending' COLLATE "C" CHECK (status IN ('pending', 'accepted', 'revoked')),
  generation      integer NOT NULL DEFAULT 1,
  invited_by_type text NOT NULL CHECK (invited_by_type IN ('user', 'api-key', 'system')),
  invited_by_id   uuid,
  invited_by_name text NOT NULL,
  created_at      timestamptz NOT NULL,
  expires_at      timestamptz NOT NULL,
  accepted_at     timestamptz,
  accepted_by     uuid,
  revoked_at      timestamptz,
  delivery        text NOT NULL COLLATE "C" CHECK (delivery IN ('queued', 'sent', 'failed', 'not-configured')),
  delivery_error  text,
  delivery_tries  integer NOT NULL DEFAULT 0,
  last_sent_at    timestamptz,
  PRIMARY KEY (organization_id, invitation_id),
  CHECK ((status = 'accepted') = (accepted_at IS NOT NULL)),
  CHECK ((status = 'revoked') = (revoked_at IS NOT NULL))
);
CREATE UNIQUE INDEX invitations_one_pending ON invitations (organization_id, email) WHERE status = 'pending';
CREATE INDEX invitations_newest ON invitations (organization_id, created_at DESC, invitation_id DESC);
COMMENT ON TABLE invitations IS 'An offer of membership to one address. Past expires_at a pending one is expired';
COMMENT ON COLUMN invitations.organization_id IS 'Tenant';
COMMENT ON COLUMN invitations.invitation_id IS 'UUIDv7';
COMMENT ON COLUMN invitations.email IS 'Canonical address; one pending invitation each in an organization';
COMMENT ON COLUMN invitations.search_key IS 'Folded name and address: what searches look into';
COMMENT ON COLUMN invitations.name IS 'Optional, proposed on the accept page';
COMMENT ON COLUMN invitations.message IS 'Optional words of the inviter, shown in the mail';
COMMENT ON COLUMN invitations.language IS 'Of the mail';
COMMENT ON COLUMN invitations.status IS 'pending, accepted or revoked';
COMMENT ON COLUMN invitations.generation IS 'Part of what the link''s token is derived from; raised by resend, which kills older links';
COMMENT ON COLUMN invitations.invited_by_type IS 'Kind of actor who invites';
COMMENT ON COLUMN invitations.invited_by_id IS 'That actor''s id; their rights are asked again at acceptance';
COMMENT ON COLUMN invitations.invited_by_name IS 'That actor''s name at the time';
COMMENT ON COLUMN invitations.created_at IS 'When it was first sent';
COMMENT ON COLUMN invitations.expires_at IS 'Until when the link works';
COMMENT ON COLUMN invitations.accepted_at IS 'When it was accepted';
COMMENT ON COLUMN invitations.accepted_by IS 'The user that came of it';
COMMENT ON COLUMN invitations.revoked_at IS 'When it was withdrawn';
COMMENT ON COLUMN invitations.delivery IS 'queued, sent (a mail server took it), failed, or not-configured (no mail server)';
COMMENT ON COLUMN invitations.delivery_error IS 'What the mail server said last, when it said no';
COMMENT ON COLUMN invitations.delivery_tries IS 'Tries of this generation';
COMMENT ON COLUMN invitations.last_sent_at IS 'When a mail server last took it';

CREATE TABLE invitation_roles (
  organization_id uuid NOT NULL,
  invitation_id   uuid NOT NULL,
  role_id         uuid NOT NULL,
  PRIMARY KEY (organization_id, invitation_id, role_id),
  FOREIGN KEY (organization_id, invitation_id) REFERENCES invitations ON DELETE CASCADE,
  FOREIGN KEY (organization_id, role_id) REFERENCES roles
);
CREATE INDEX invitation_roles_by_role ON invitation_roles (organization_id, role_id);
COMMENT ON TABLE invitation_roles IS 'The roles that an invitation offers';
COMMENT ON COLUMN invitation_roles.organization_id IS 'Tenant';
COMMENT ON COLUMN invitation_roles.invitation_id IS 'The invitation';
COMMENT ON COLUMN invitation_roles.role_id IS 'A role; it can''t be deleted while a pending invitation offers it';

ALTER TABLE invitations ENABLE ROW LEVEL SECURITY;
ALTER TABLE invitations FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON invitations TO gatehouse_app USING (organization_id = current_organization());
ALTER TABLE invitation_roles ENABLE ROW LEVEL SECURITY;
ALTER TABLE invitation_roles FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON invitation_roles TO gatehouse_app USING (organization_id = current_organization());

GRANT SELECT, INSERT, UPDATE ON invitations TO gatehouse_app;
GRANT SELECT, INSERT, DELETE ON invitation_roles TO gatehouse_app;
