-- What an organization decides for itself.

ALTER TABLE organizations
  ADD COLUMN language        text NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'tr')),
  ADD COLUMN invitation_days integer NOT NULL DEFAULT 7 CHECK (invitation_days BETWEEN 1 AND 30),
  ADD COLUMN allowed_domains text[] NOT NULL DEFAULT '{}' CHECK (cardinality(allowed_domains) <= 100),
  ADD COLUMN version         integer NOT NULL DEFAULT 1;
COMMENT ON COLUMN organizations.language IS 'Of mails to people who have no account yet, and of the accounts that they make';
COMMENT ON COLUMN organizations.invitation_days IS 'How long an invitation works unless the inviter says otherwise';
COMMENT ON COLUMN organizations.allowed_domains IS
  'Domains, in ASCII, whose addresses may be invited and may accept; empty for any';
COMMENT ON COLUMN organizations.version IS 'Rises with every change of the settings; the ETag';

GRANT INSERT (language) ON organizations TO gatehouse_app;
GRANT UPDATE (name, language, invitation_days, allowed_domains, version) ON organizations TO gatehouse_app;
