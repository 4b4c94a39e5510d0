-- Sign-in looks up which kinds of hashes of other systems are stored: a wrong password does the same work for every address.
-- The condition changes with the parameters of our own hashes.
--
-- Locks: SHARE on accounts, while its rows are read once: sign-ups and changes of passwords wait.
CREATE INDEX accounts_foreign_hashes ON accounts ((CASE WHEN password_hash LIKE '$2%' THEN left(password_hash, 6)
  ELSE regexp_replace(password_hash, '[$][^$]*[$][^$]*$', '') || ' ' || length(substring(password_hash FROM '[^$]*$'))::text
  END COLLATE "C"))
  WHERE password_hash NOT LIKE '$argon2id$v=19$m=19456,t=2,p=1$%';
