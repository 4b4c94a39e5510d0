/** What the audit log may say: every action, and every field that an event may name. Readers put them into words. */

/** Every action, `thing.verb`. */
export const auditActions = [
  "accounts.edited",
  "accounts.password-changed",
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
  "organizations.created",
  "organizations.edited",
  "organizations.mail-tested",
  "panels.consented",
  "panels.signed-in",
  "panels.signed-out",
  "permissions.changed",
  "roles.created",
  "roles.deleted",
  "roles.edited",
  "sessions.ended",
  "sessions.signed-in",
  "sessions.signed-out",
  "user-jobs.started",
  "user-jobs.stopped",
  "users.edited",
  "users.exported",
  "users.joined",
  "users.removed",
  "users.restored",
  "users.roles-changed",
  "users.suspended",
] as const;

/** One of the actions that are recorded today; older programs may have recorded others. */
export type AuditAction = (typeof auditActions)[number];

/** Every field of a change. */
export const auditFields = [
  "action",
  "actor",
  "appeared",
  "changed",
  "allowedEmailDomains",
  "description",
  "disappeared",
  "email",
  "expiresAt",
  "externalId",
  "format",
  "from",
  "invitationCount",
  "invitationExpiresInDays",
  "language",
  "name",
  "owner",
  "panelOrigins",
  "permissions",
  "phone",
  "replacement",
  "result",
  "roles",
  "sessions",
  "status",
  "target",
  "to",
  "userCount",
  "users",
] as const;

/** One of the fields that are recorded today. */
export type AuditField = (typeof auditFields)[number];
