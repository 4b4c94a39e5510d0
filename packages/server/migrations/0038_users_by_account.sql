-- Removing an account checks that no user refers to it. Without this index each check read every user of the installation.
--
-- Locks: SHARE on users while the index is built, about a second for a million users.
CREATE INDEX users_by_account ON users (account_id);
