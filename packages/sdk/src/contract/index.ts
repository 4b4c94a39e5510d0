/** The API contract: schemas, endpoints and error codes, one file per feature. */
export * from "./account-recovery.ts";
export * from "./api-keys.ts";
export * from "./audit.ts";
export * from "./changes.ts";
export {
  type ActorReference,
  type Endpoint,
  eventPosition,
  instantInput,
  isPlainLine,
  isPlainText,
  language,
  type Total,
} from "./common.ts";
export * from "./csv.ts";
export * from "./email.ts";
export * from "./errors.ts";
export * from "./events.ts";
export * from "./fold.ts";
export * from "./granted-roles.ts";
export * from "./hand-offs.ts";
export * from "./import-fields.ts";
export * from "./introspection.ts";
export * from "./invitation-batches.ts";
export * from "./invitation-links.ts";
export * from "./invitations.ts";
export * from "./mail.ts";
export * from "./networks.ts";
export * from "./operator.ts";
export * from "./operator-access.ts";
export * from "./operator-catalogue.ts";
export * from "./organization-security.ts";
export * from "./organizations.ts";
export * from "./passkeys.ts";
export * from "./password-rules.ts";
export * from "./provisioning.ts";
export * from "./role-names.ts";
export * from "./roles.ts";
export * from "./second-factors.ts";
export * from "./sessions.ts";
export * from "./user-agent.ts";
export * from "./user-exports.ts";
export * from "./user-imports.ts";
export * from "./user-jobs.ts";
export * from "./users.ts";
export * from "./webauthn.ts";
