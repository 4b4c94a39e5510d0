-- Addresses are compared in one form: their domain in ASCII after UTS 46. SQL can't compute it, so the program does, in the
-- transaction of this migration (database/migrations-in-code.ts).

-- What `gatehouse doctor` can't see by itself.
ALTER TABLE installation
  ADD COLUMN untrusted_proxy    text CHECK (char_length(untrusted_proxy) <= 100),
  ADD COLUMN untrusted_proxy_at timestamptz;
COMMENT ON COLUMN installation.untrusted_proxy IS
  'Address of the last peer that sent X-Forwarded-For without being named in TRUSTED_PROXIES; null for none';
COMMENT ON COLUMN installation.untrusted_proxy_at IS 'When a server first saw it since its start';
GRANT UPDATE (untrusted_proxy, untrusted_proxy_at) ON installation TO gatehouse_app;
