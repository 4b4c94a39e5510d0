/** The audit log: what happened, who did it, what changed; and the actions and fields that events may have. */
import * as z from "zod/mini";
import {
  actorReference,
  endpoint,
  flag,
  id,
  inOrganization,
  instant,
  instantInput,
  listOf,
  page,
  searchText,
} from "./common.ts";

/**
 * One immutable record. `hash` covers the record and the previous record's hash. Both `sequence` and `hash` are null for a
 * moment after the change: they are given after its commit.
 */
export const auditEvent = z.strictObject({
  id,
  sequence: z.nullable(z.number()),
  at: instant,
  actor: actorReference,
  action: z.string(),
  target: z.strictObject({ type: z.string(), id: z.nullable(z.string()), name: z.string() }),
  changes: z.array(z.strictObject({ field: z.string(), before: z.unknown(), after: z.unknown() })),
  ip: z.nullable(z.string()),
  userAgent: z.nullable(z.string()),
  hash: z.nullable(z.string()),
});

/** Filters: ids of actor and target, an action or its prefix (`users.`), a time range. */
const filters = {
  actor: z.optional(searchText),
  action: z.optional(searchText),
  target: z.optional(searchText),
  from: z.optional(instantInput),
  to: z.optional(instantInput),
  /** Words that the name of the actor or of the target contains. */
  query: z.optional(searchText),
};

export const listAuditEvents = endpoint({
  method: "GET",
  path: "/organizations/:organizationId/audit-events",
  operationId: "listAuditEvents",
  tag: "Audit",
  summary:
    "Audit events, newest first. With grouped=true the events of a bulk change are listed within its first one: `within` has " +
    "their number by the id of that event, and the query parameter `within` lists them",
  params: inOrganization,
  query: z.strictObject({ ...filters, grouped: z.optional(flag), within: z.optional(searchText), ...page }),
  success: {
    status: 200,
    body: z.extend(listOf(auditEvent), { within: z.optional(z.record(z.string(), z.number())) }),
  },
  compressed: true,
});

export const exportAuditEvents = endpoint({
  method: "GET",
  path: "/organizations/:organizationId/audit-events/export",
  operationId: "exportAuditEvents",
  tag: "Audit",
  summary: "The log as NDJSON or CSV",
  params: inOrganization,
  query: z.strictObject({ ...filters, format: z.optional(z.enum(["ndjson", "csv"])) }),
  success: { status: 200, body: null, media: ["application/x-ndjson", "text/csv"] },
});

export const getAuditCheckpoint = endpoint({
  method: "GET",
  path: "/organizations/:organizationId/audit-events/checkpoint",
  operationId: "getAuditCheckpoint",
  tag: "Audit",
  summary:
    "The number and hash of the last event, signed (JWS; keys at /.well-known/jwks.json). Kept elsewhere, it proves later that " +
    "nothing before it was changed: gatehouse audit verify --since",
  params: inOrganization,
  success: {
    status: 200,
    body: z.strictObject({ sequence: z.number(), hash: z.string(), at: instant, signature: z.string() }),
  },
});

/** One immutable record. */
export type AuditEvent = z.infer<typeof auditEvent>;

/** All actions, `thing.verb`. */
export const auditActions = [
  "access.refused",
  "accounts.edited",
  "accounts.email-change-requested",
  "accounts.email-change-undone",
  "accounts.email-changed",
  "accounts.passkey-added",
  "accounts.passkey-removed",
  "accounts.password-changed",
  "accounts.password-reset",
  "accounts.recovery-code-used",
  "accounts.recovery-codes-created",
  "accounts.secured",
  "accounts.totp-added",
  "accounts.totp-replaced",
  "accounts.totp-removed",
  "api-keys.created",
  "api-keys.revoked",
  "audit.exported",
  "invitations.accepted",
  "invitations.link-copied",
  "invitations.replaced",
  "invitations.resent",
  "invitations.restored",
  "invitations.revoked",
  "invitations.sent",
  "organizations.backup-restored",
  "organizations.created",
  "organizations.deleted",
  "organizations.edited",
  "organizations.limits-changed",
  "organizations.mail-tested",
  "organizations.restored",
  "organizations.resumed",
  "organizations.suspended",
  "organizations.two-factor-reminders-sent",
  "panels.consented",
  "panels.signed-in",
  "panels.signed-out",
  "permissions.changed",
  "roles.created",
  "roles.deleted",
  "roles.edited",
  "sessions.ended",
  "sessions.sign-in-failed",
  "sessions.signed-in",
  "sessions.signed-out",
  "user-imports.started",
  "user-imports.stopped",
  "user-imports.undone",
  "user-jobs.started",
  "user-jobs.stopped",
  "users.created",
  "users.edited",
  "users.exported",
  "users.joined",
  "users.password-reset-link-created",
  "users.password-reset-sent",
  "users.removed",
  "users.restored",
  "users.roles-changed",
  "users.second-factors-removed",
  "users.suspended",
  "users.two-factor-reminder-sent",
] as const;

/** A current action. Older versions may have recorded others. */
export type AuditAction = (typeof auditActions)[number];

/** All fields of a change. */
export const auditFields = [
  "action",
  "actor",
  "appeared",
  "backupMadeAt",
  "changed",
  "allowedEmailDomains",
  "allowedNetworks",
  "defaultPanelOrigin",
  "description",
  "description.en",
  "description.tr",
  "disappeared",
  "email",
  "expiresAt",
  "externalId",
  "format",
  "from",
  "importKind",
  "invitationCount",
  "invitationExpiresInDays",
  "language",
  "name",
  "name.en",
  "name.tr",
  "owner",
  "panelOrigins",
  "passkey",
  "passwordMaxAgeDays",
  "permissions",
  "phone",
  "query",
  "recoveryCodes",
  "replacement",
  "requireTwoFactor",
  "restorableUntil",
  "result",
  "roleEnds",
  "roles",
  "rows",
  "sessionIdleMinutes",
  "sessionMaxDays",
  "sessions",
  "status",
  "target",
  "template",
  "to",
  "twoFactorGraceDays",
  "userCount",
  "userLimit",
  "users",
] as const;

/** A current field. */
export type AuditField = (typeof auditFields)[number];
