/** Public API of the organizations feature. */
export { isEmailAllowed, parseAccountEmail } from "./allowed-emails.ts";
export { chooseStart } from "./choose-start.ts";
export { createOrganization, foundOrganization, type NewOrganization } from "./create-organization.ts";
export { findFreePlaces } from "./free-places.ts";
export { claimSetup, createSetupLink, needsSetup } from "./set-up.ts";
export { getOrganizationSettings, type StoredOrganization } from "./settings.ts";
export { type StartingPoint, startingPoints, startWith } from "./starting-points.ts";
