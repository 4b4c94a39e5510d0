/**
 * An example catalogue: a panel for push, e-mail and SMS campaigns.
 *
 * An action is marked sensitive when it shows or exports personal data, decides whether customers get messages, or (in the
 * built-in groups) gives access to others or can't be undone.
 */
import type { Catalogue } from "../permissions/compile-catalogue.ts";
import { type DeclaredPermission, definePermissions } from "../permissions/define.ts";
import { audienceGroups } from "./audience-groups.ts";
import { messageGroups } from "./message-groups.ts";

/** Permissions of the example panel: `"campaigns:view" | …`, without the built-in ones. */
export type ExamplePermission =
  | DeclaredPermission<typeof messageGroups>
  | DeclaredPermission<typeof audienceGroups>;

/** The example panel's catalogue without the built-in groups. Set-up stores it when "example" is chosen. */
export const exampleCatalogue: Catalogue<ExamplePermission> = definePermissions({
  ...messageGroups,
  ...audienceGroups,
});
