/** Public API of the organizations feature. */
export { createOrganization } from "./create-organization.ts";
export { isEmailAllowed, parseOwnerEmail } from "./email.ts";
export { registerOrganizationRoutes } from "./routes.ts";
export { claimSetup, createSetupLink, needsSetup } from "./set-up.ts";
export { getOrganizationSettings } from "./settings.ts";
export type { StoredOrganization } from "./settings-queries.ts";
