ALTER TABLE user_jobs ADD COLUMN undoes uuid;
COMMENT ON COLUMN user_jobs.undoes IS 'The earlier job that this one reverts; it may be deleted meanwhile';
CREATE INDEX user_jobs_by_undone ON user_jobs (organization_id, undoes) WHERE undoes IS NOT NULL;

ALTER TABLE user_job_users ADD COLUMN role_expires_at timestamptz;
COMMENT ON COLUMN user_job_users.role_expires_at IS
  'When the grant ended that the job removed, or when the one ends that it adds again; null for no end';
GRANT UPDATE (role_expires_at) ON user_job_users TO gatehouse_app;
