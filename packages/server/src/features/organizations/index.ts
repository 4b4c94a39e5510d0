/** Public API of the organizations feature. */
export { isEmailAllowed, parseAccountEmail } from "./allowed-emails.ts";
export { createOrganization, type NewOrganization } from "./create-organization.ts";
export { claimSetup, createSetupLink, needsSetup } from "./set-up.ts";
export { getOrganizationSettings, type StoredOrganization } from "./settings.ts";
export { type StartingPoint, startingPoints, startWith } from "./starting-points.ts";
