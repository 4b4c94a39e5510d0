/** The panel's database: one SQLite file, with Node's built-in driver. */
import { DatabaseSync } from "node:sqlite";

/** Invariants are constraints. */
const schema = `
CREATE TABLE IF NOT EXISTS segments (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  name_key TEXT NOT NULL UNIQUE,
  rule TEXT NOT NULL CHECK (length(rule) BETWEEN 1 AND 300),
  created_by TEXT NOT NULL,
  created_by_name TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS campaigns (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  channel TEXT NOT NULL CHECK (channel IN ('push', 'email', 'sms')),
  segment_id TEXT NOT NULL REFERENCES segments (id),
  message TEXT NOT NULL CHECK (length(message) BETWEEN 1 AND 1000),
  state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'approved', 'sent-back')),
  version INTEGER NOT NULL DEFAULT 1,
  created_by TEXT NOT NULL,
  created_by_name TEXT NOT NULL,
  created_at TEXT NOT NULL,
  submitted_by TEXT,
  submitted_by_name TEXT,
  submitted_at TEXT,
  decided_by TEXT,
  decided_by_name TEXT,
  decided_at TEXT,
  reason TEXT,
  CHECK ((state = 'draft') = (submitted_at IS NULL)),
  CHECK ((state IN ('approved', 'sent-back')) = (decided_at IS NOT NULL)),
  CHECK ((state = 'sent-back') = (reason IS NOT NULL)),
  CONSTRAINT nobody_decides_about_their_own CHECK (decided_by NOT IN (created_by, submitted_by))
) STRICT;
CREATE INDEX IF NOT EXISTS campaigns_by_state ON campaigns (state, created_at);
`;

/** Milliseconds to wait for another process's lock. */
const timeoutMs = 2_000;

/** Opens or creates the database. Its folder must exist. */
export function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: timeoutMs, enableForeignKeyConstraints: true });
  database.exec("PRAGMA journal_mode = WAL");
  database.exec(schema);
  return database;
}
