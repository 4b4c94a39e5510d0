/** Public API of the organizations feature. */
export { createOrganization } from "./create-organization.ts";
export { claimSetup, createSetupLink, needsSetup } from "./set-up.ts";
export {
  getOrganizationSettings,
  isEmailAllowed,
  parseAccountEmail,
  type StoredOrganization,
} from "./settings.ts";
export { type StartingPoint, startingPoints, startWith } from "./starting-points.ts";
