import type { TestApp } from "./create-test-app.ts";

/**
 * Tables that a refused request must leave alone, and what to order their rows by: all but `throttles`, whose work it is
 * to count refusals, and the heads of the audit log, which follow from its events.
 */
const tables = {
  organizations: "organization_id",
  catalogues: "organization_id",
  roles: "role_id",
  role_permissions: "role_id, permission",
  users: "user_id",
  user_roles: "user_id, role_id",
  invitations: "invitation_id",
  invitation_roles: "invitation_id, role_id",
  api_keys: "api_key_id",
  idempotency_keys: "organization_id, actor_id, key",
  user_jobs: "job_id",
  user_job_users: "job_id, position",
  audit_events: "organization_id, sequence",
  accounts: "account_id",
  account_organizations: "account_id, organization_id",
  sessions: "session_id",
  panel_consents: "organization_id, user_id, origin",
  panel_sessions: "panel_session_id",
  setup_tokens: "token_hash",
  "pgboss.job": "id",
};

/** What is recorded of a refusal: it changes nothing else. */
const refusals = ["access.refused", "sessions.sign-in-failed"];

/** What merely being there changes. */
const traces: readonly string[] = ["last_active_at", "last_seen_at", "last_used_at"];

/** Everything in the database that matters, of every organization: to prove that a refusal changed nothing. */
export async function stateOf(t: Pick<TestApp, "sql">): Promise<Readonly<Record<string, unknown>>> {
  const entries = await Promise.all(
    Object.entries(tables).map(async ([table, order]) => {
      const where = table === "audit_events" ? `WHERE action <> ALL('{${refusals.join(",")}}')` : "";
      const rows = await t.sql(`SELECT * FROM ${table} ${where} ORDER BY ${order}`);
      return [
        table,
        rows.map((row) => ({ ...row, ...Object.fromEntries(traces.map((trace) => [trace, null])) })),
      ];
    }),
  );
  return Object.fromEntries(entries);
}
