/** Names of groups and actions: which are valid, and which Gatehouse reserves. */
import { quote } from "./errors.ts";

/** A valid name: at most 64 characters, starting with a letter. */
export const namePattern: RegExp = /^[a-z][a-z0-9-]{0,63}$/;

/** "view-personal-data" → "View personal data". */
export function toLabel(name: string): string {
  const words = name.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * Keys of Gatehouse's built-in groups, in the order in which they follow a panel's groups. They are separate from the groups,
 * so that code which only reserves the keys doesn't load the groups' texts.
 */
export const builtinGroupKeys = [
  "users",
  "roles",
  "invitations",
  "audit",
  "api-keys",
  "organization",
  "webhooks",
  "business-units",
] as const;

/** The key of a built-in group. A panel can't declare a group with this key. */
export type OwnGroup = (typeof builtinGroupKeys)[number];

/** Whether a group's key is that of a built-in group. */
export function isOwnGroup(key: string): key is OwnGroup {
  return (builtinGroupKeys as readonly string[]).includes(key);
}

/** Error text for a panel that declares a group under a reserved key. */
export function reservedGroupMessage(key: string): string {
  return `${quote(key)} is a built-in Gatehouse group; choose another name`;
}
