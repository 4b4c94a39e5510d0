CREATE TABLE user_jobs (
  organization_id   uuid NOT NULL REFERENCES organizations,
  job_id            uuid NOT NULL,
  action            text NOT NULL COLLATE "C" CHECK (action IN ('add-role', 'remove-role', 'suspend', 'restore')),
  role_id           uuid,
  role_name         text,
  status            text NOT NULL DEFAULT 'queued' COLLATE "C"
                      CHECK (status IN ('queued', 'running', 'done', 'failed', 'cancelled')),
  total             integer NOT NULL CHECK (total >= 0),
  changed           integer NOT NULL DEFAULT 0,
  unchanged         integer NOT NULL DEFAULT 0,
  refused           integer NOT NULL DEFAULT 0,
  generation        integer NOT NULL DEFAULT 1,
  created_by_type   text NOT NULL CHECK (created_by_type IN ('user', 'api-key')),
  created_by_id     uuid NOT NULL,
  created_by_name   text NOT NULL,
  origin_ip         text,
  origin_user_agent text,
  origin_request_id text NOT NULL,
  created_at        timestamptz NOT NULL,
  finished_at       timestamptz,
  PRIMARY KEY (organization_id, job_id),
  CHECK ((role_id IS NULL) = (action IN ('suspend', 'restore')) AND (role_id IS NULL) = (role_name IS NULL)),
  CHECK (changed + unchanged + refused <= total),
  CHECK ((finished_at IS NULL) = (status IN ('queued', 'running')))
);
CREATE INDEX user_jobs_by_end ON user_jobs (organization_id, finished_at);
COMMENT ON TABLE user_jobs IS 'A change of many users that the worker makes, one user after the other';
COMMENT ON COLUMN user_jobs.organization_id IS 'Tenant';
COMMENT ON COLUMN user_jobs.job_id IS 'UUIDv7';
COMMENT ON COLUMN user_jobs.action IS 'What is done to each user';
COMMENT ON COLUMN user_jobs.role_id IS 'The role that is added or removed; it may be deleted meanwhile';
COMMENT ON COLUMN user_jobs.role_name IS 'Its name when the job was made';
COMMENT ON COLUMN user_jobs.status IS 'queued and running have work left; failed: the server gave up; cancelled: somebody stopped it';
COMMENT ON COLUMN user_jobs.total IS 'How many users it is about';
COMMENT ON COLUMN user_jobs.changed IS 'Users changed so far';
COMMENT ON COLUMN user_jobs.unchanged IS 'Users who were as wanted already';
COMMENT ON COLUMN user_jobs.refused IS 'Users for whom it was refused';
COMMENT ON COLUMN user_jobs.generation IS 'Which of the outbox''s jobs goes on with it; those with a lower number are void';
COMMENT ON COLUMN user_jobs.created_by_type IS 'Kind of actor who started it';
COMMENT ON COLUMN user_jobs.created_by_id IS 'That actor, whose rights are asked again while it runs';
COMMENT ON COLUMN user_jobs.created_by_name IS 'That actor''s name at the time';
COMMENT ON COLUMN user_jobs.origin_ip IS 'Where it was started from: recorded with each change';
COMMENT ON COLUMN user_jobs.origin_user_agent IS 'With which program';
COMMENT ON COLUMN user_jobs.origin_request_id IS 'In which request';
COMMENT ON COLUMN user_jobs.created_at IS 'When it was made';
COMMENT ON COLUMN user_jobs.finished_at IS 'When it ended, however it did; deleted 30 days later';

CREATE TABLE user_job_users (
  organization_id uuid NOT NULL,
  job_id          uuid NOT NULL,
  position        integer NOT NULL CHECK (position >= 1),
  user_id         uuid NOT NULL,
  name            text,
  email           text,
  outcome         text COLLATE "C" CHECK (outcome IN ('changed', 'unchanged', 'refused')),
  code            text COLLATE "C",
  detail          text,
  params          jsonb,
  PRIMARY KEY (organization_id, job_id, position),
  UNIQUE (organization_id, job_id, user_id),
  FOREIGN KEY (organization_id, job_id) REFERENCES user_jobs ON DELETE CASCADE,
  CHECK ((outcome IS NOT DISTINCT FROM 'refused') = (code IS NOT NULL))
);
CREATE INDEX user_job_users_by_outcome ON user_job_users (organization_id, job_id, outcome, position)
  WHERE outcome IS NOT NULL;
COMMENT ON TABLE user_job_users IS 'The users that a job is about, and what became of each';
COMMENT ON COLUMN user_job_users.organization_id IS 'Tenant';
COMMENT ON COLUMN user_job_users.job_id IS 'The job';
COMMENT ON COLUMN user_job_users.position IS 'Their turn, from 1 on: in name order';
COMMENT ON COLUMN user_job_users.user_id IS 'The user, who may be removed meanwhile, or never was one';
COMMENT ON COLUMN user_job_users.name IS 'Their name when the job was made; null for an unknown user';
COMMENT ON COLUMN user_job_users.email IS 'Their address at that time; null for an unknown user';
COMMENT ON COLUMN user_job_users.outcome IS 'What became of them; null until their turn';
COMMENT ON COLUMN user_job_users.code IS 'Why it was refused';
COMMENT ON COLUMN user_job_users.detail IS 'The same in a sentence';
COMMENT ON COLUMN user_job_users.params IS 'Values that a translated sentence needs';

ALTER TABLE user_jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_jobs FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON user_jobs TO gatehouse_app USING (organization_id = current_organization());
ALTER TABLE user_job_users ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_job_users FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON user_job_users TO gatehouse_app USING (organization_id = current_organization());

GRANT SELECT, INSERT, DELETE ON user_jobs TO gatehouse_app;
GRANT UPDATE (status, changed, unchanged, refused, generation, finished_at) ON user_jobs TO gatehouse_app;
GRANT SELECT, INSERT, DELETE ON user_job_users TO gatehouse_app;
GRANT UPDATE (outcome, code, detail, params) ON user_job_users TO gatehouse_app;
