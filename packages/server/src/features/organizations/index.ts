/** Organizations: the only door of this feature. */
export { createOrganization } from "./create-organization.ts";
export { isAllowed } from "./email-domains.ts";
export { readOwnerEmail } from "./owner-email.ts";
export { registerOrganizationRoutes } from "./routes.ts";
export { findOrganization, type StoredOrganization } from "./settings-queries.ts";
export { claimSetup, createSetupLink, needsSetup } from "./setup-token.ts";
