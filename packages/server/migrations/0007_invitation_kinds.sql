-- A kind of invitation that is rare among very many is listed and counted without reading all of them.
CREATE INDEX invitations_by_status ON invitations (organization_id, status, created_at DESC, invitation_id DESC)
  INCLUDE (expires_at, delivery);
