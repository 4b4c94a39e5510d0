/** Where each table is when Citus keeps the rows of organizations on several servers. */

/** Tables with `organization_id`: a table comes after those that it references. Rows of one organization are on one server. */
export const tenantTables = [
  "organizations",
  "catalogues",
  "roles",
  "role_permissions",
  "role_user_counts",
  "users",
  "user_roles",
  "account_organizations",
  "invitations",
  "invitation_roles",
  "invitation_mails",
  "audit_heads",
  "audit_events",
  "unsealed_audit_events",
  "api_keys",
  "idempotency_keys",
  "session_uses",
  "panel_consents",
  "panel_sessions",
  "grant_reminders",
  "user_jobs",
  "user_job_users",
  "user_imports",
  "user_import_parts",
  "user_import_rows",
  "paused_jobs",
  "catalogue_pushes",
  "role_templates",
] as const;

/** Tables of accounts, which may be users of several organizations: every server has a copy. */
export const referenceTables = [
  "accounts",
  "sessions",
  "ended_sessions",
  "account_links",
  "account_recovery_codes",
  "sign_in_challenges",
  "sign_ins",
] as const;

/** Tables that only the coordinator has: no statement about an organization reads them, or their triggers change other tables. */
export const coordinatorTables = [
  "account_passkeys",
  "account_totp",
  "gatehouse_migrations",
  "installation",
  "installation_catalogue",
  "operator_requests",
  "removed_organizations",
  "setup_tokens",
  "throttles",
  "used_challenges",
] as const;

/** Functions that statements about an organization call. */
export const sharedFunctions = ["audit_hash(audit_events)"] as const;

/** Functions that run where the rows of their organization are, with the organization as the first parameter. */
export const tenantFunctions = [
  { signature: "append_audit_events(uuid, jsonb)", tenant: "tenant" },
  { signature: "seal_audit_events(uuid, integer)", tenant: "tenant" },
] as const;
