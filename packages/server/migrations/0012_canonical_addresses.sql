-- Addresses are compared in one form: their domain in ASCII after UTS 46. SQL can't compute it, so the program does, in the
-- transaction of this migration and before it (database/canonical-addresses.ts).

-- What `gatehouse doctor` can't see by itself.
ALTER TABLE installation
  ADD COLUMN untrusted_proxy    text CHECK (char_length(untrusted_proxy) <= 100),
  ADD COLUMN untrusted_proxy_at timestamptz;
COMMENT ON COLUMN installation.untrusted_proxy IS
  'Address of the last peer that sent X-Forwarded-For without being named in TRUSTED_PROXIES; null for none';
COMMENT ON COLUMN installation.untrusted_proxy_at IS 'When a server first saw it since its start';
GRANT UPDATE (untrusted_proxy, untrusted_proxy_at) ON installation TO gatehouse_app;

-- The program has brought every address into its canonical form just before this, in the same transaction.
ALTER TABLE accounts ADD CONSTRAINT accounts_email_domain_is_ascii CHECK (email ~ '^[^@]+@[a-z0-9.-]+$');
ALTER TABLE users ADD CONSTRAINT users_email_domain_is_ascii CHECK (email ~ '^[^@]+@[a-z0-9.-]+$');
ALTER TABLE invitations ADD CONSTRAINT invitations_email_domain_is_ascii CHECK (email ~ '^[^@]+@[a-z0-9.-]+$');
COMMENT ON COLUMN accounts.email IS
  'Canonical: trimmed, NFC, lower-case, the domain in ASCII after UTS 46; one mailbox has one account';
COMMENT ON COLUMN users.search_key IS
  'Folded name, a line break, folded address with its domain in Unicode, and in ASCII where that differs: what searches look into';
