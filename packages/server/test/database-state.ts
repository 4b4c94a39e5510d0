import type { TestApp } from "./create-test-app.ts";

/**
 * Tables that a rejected request must not change: all but `throttles` and `sign_ins`, which contain rejections, and the audit log
 * heads, which follow from its events.
 */
const tables = [
  "organizations",
  "catalogues",
  "catalogue_pushes",
  "installation_catalogue",
  "roles",
  "role_permissions",
  "role_templates",
  "users",
  "user_roles",
  "invitations",
  "invitation_roles",
  "grant_reminders",
  "api_keys",
  "idempotency_keys",
  "operator_requests",
  "paused_jobs",
  "removed_organizations",
  "user_jobs",
  "user_job_users",
  "user_imports",
  "user_import_parts",
  "user_import_rows",
  "audit_events",
  "unsealed_audit_events",
  "accounts",
  "account_links",
  "account_passkeys",
  "account_recovery_codes",
  "account_totp",
  "account_organizations",
  "sessions",
  "ended_sessions",
  "panel_consents",
  "panel_sessions",
  "setup_tokens",
  "sign_in_challenges",
  "used_challenges",
  "pgboss.job",
];

/** Audit events of rejected requests. */
const refusalActions = ["access.refused", "sessions.sign-in-failed"];

/** Columns that every authenticated request may update, and the count of rejections in a session; by table. */
const activityColumns: Readonly<Record<string, readonly string[]>> = {
  users: ["last_active_at"],
  sessions: ["last_seen_at", "longest_idle", "wrong_confirmations"],
  api_keys: ["last_used_at"],
  account_passkeys: ["last_used_at"],
};

/** Of a table: the number of rows and a hash of them. `j` is a row as JSON. */
function selectState(table: string, condition: string | null): string {
  const refusals = `action = ANY('{${refusalActions.join(",")}}')`;
  const where = table.endsWith("audit_events") ? `WHERE NOT ${refusals}` : "";
  const ignored = activityColumns[table];
  const json = `to_jsonb(r) - '{${ignored?.join(",") ?? ""}}'::text[]`;
  // Neither texts nor JSON where they aren't needed: organizations have thousands of rows.
  const [row, hash] =
    condition === null && ignored === undefined
      ? ["r", "hash_record_extended(j, 0)"]
      : [json, "hashtextextended(j::text, 0)"];
  return `SELECT '${table}' AS name, count(*) || ' rows, ' || coalesce(sum(${hash}), 0) AS content
    FROM (SELECT ${row} AS j FROM ${table} r ${where}) state WHERE ${condition ?? "true"}`;
}

/**
 * The number of rows of these tables and a hash of them, to check that a rejected request changed nothing; with a condition on the row
 * `j`, in JSON, of a part of them. One statement: a round trip for each table takes longer than the tests.
 */
export async function readDatabaseState(
  t: Pick<TestApp, "sql">,
  condition: string | null = null,
): Promise<Readonly<Record<string, string>>> {
  const text = tables.map((table) => selectState(table, condition)).join("\nUNION ALL ");
  const all = await t.sql(text, [], condition === null ? "database state" : undefined);
  return Object.fromEntries(all.map(({ name, content }) => [String(name), String(content)]));
}
