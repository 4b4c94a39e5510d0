ALTER TABLE user_jobs ADD COLUMN role_expires_at timestamptz;
COMMENT ON COLUMN user_jobs.role_expires_at IS 'When the grants end that the job makes; null for no end';
