ALTER TABLE user_jobs ADD COLUMN undoes uuid;
COMMENT ON COLUMN user_jobs.undoes IS 'The earlier job that this one reverts; it may be deleted meanwhile';
CREATE INDEX user_jobs_by_undone ON user_jobs (organization_id, undoes) WHERE undoes IS NOT NULL;
