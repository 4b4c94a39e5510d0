/**
 * A catalogue to start from and to learn from: a panel for push, e-mail and SMS campaigns.
 *
 * An action is marked sensitive when it shows personal data or takes it out, decides whether customers hear from the
 * panel, or (in Gatehouse's own groups) opens access to others or can't be undone.
 */
import type { Catalogue } from "./compile-catalogue.ts";
import { type DeclaredPermission, definePermissions } from "./define.ts";
import { audienceGroups } from "./example-audience-groups.ts";
import { messageGroups } from "./example-message-groups.ts";

/** What can be done in the example panel: `"campaigns:view" | …`, without Gatehouse's own. */
export type ExamplePermission =
  | DeclaredPermission<typeof messageGroups>
  | DeclaredPermission<typeof audienceGroups>;

/** The example panel's catalogue, without Gatehouse's own groups: what set-up stores when "example" is chosen. */
export const exampleCatalogue: Catalogue<ExamplePermission> = definePermissions({
  ...messageGroups,
  ...audienceGroups,
});
