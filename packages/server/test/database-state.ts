import type { TestApp } from "./create-test-app.ts";

/**
 * Tables that a rejected request must not change, and their sort keys: all but `throttles` and `sign_ins`, which contain
 * rejections, and the audit log heads, which follow from its events.
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
  grant_reminders: "organization_id, recipient_id, user_id, expires_at, days",
  api_keys: "api_key_id",
  idempotency_keys: "organization_id, actor_id, key",
  user_jobs: "job_id",
  user_job_users: "job_id, position",
  user_imports: "import_id",
  user_import_parts: "import_id, number",
  user_import_rows: "import_id, line",
  audit_events: "organization_id, sequence",
  unsealed_audit_events: "organization_id, position",
  accounts: "account_id",
  account_links: "token_hash",
  account_passkeys: "passkey_id",
  account_recovery_codes: "account_id, code_hash",
  account_totp: "account_id",
  account_organizations: "account_id, organization_id",
  sessions: "session_id",
  ended_sessions: "token_hash",
  panel_consents: "organization_id, user_id, origin",
  panel_sessions: "panel_session_id",
  setup_tokens: "token_hash",
  sign_in_challenges: "token_hash",
  used_challenges: "challenge_hash",
  "pgboss.job": "id",
};

/** Audit events of rejected requests. */
const refusalActions = ["access.refused", "sessions.sign-in-failed"];

/** Columns that every authenticated request may update, and the count of rejections in a session. */
const activityColumns: readonly string[] = [
  "last_active_at",
  "last_seen_at",
  "last_used_at",
  "longest_idle",
  "wrong_confirmations",
];

/** All tables in one statement: a round trip for each of them takes longer than the tests. */
const selectAll = Object.entries(tables)
  .map(([table, order]) => {
    const where = table.endsWith("audit_events")
      ? `WHERE action <> ALL('{${refusalActions.join(",")}}')`
      : "";
    const columns = `to_jsonb(r) - '{${activityColumns.join(",")}}'::text[]`;
    return `SELECT '${table}' AS name, jsonb_agg(${columns} ORDER BY ${order}) AS rows FROM ${table} r ${where}`;
  })
  .join("\nUNION ALL ");

/** All rows of these tables, to check that a rejected request changed nothing. */
export async function readDatabaseState(t: Pick<TestApp, "sql">): Promise<Readonly<Record<string, unknown>>> {
  const all = await t.sql(selectAll);
  return Object.fromEntries(all.map(({ name, rows }) => [name, rows ?? []]));
}
