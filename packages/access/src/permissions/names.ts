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
 * Group keys that a panel can't declare: those of Gatehouse's built-in groups, and of groups that later versions will have.
 * They are separate from the groups, so that code which only reserves the keys doesn't load the groups' texts.
 */
export const reservedGroupKeys = [
  "users",
  "roles",
  "invitations",
  "audit",
  "api-keys",
  "organization",
  "webhooks",
  "business-units",
] as const;

/** A key that a panel can't give to a group. */
export type ReservedGroup = (typeof reservedGroupKeys)[number];

/** Whether a group's key is reserved. */
export function isReservedGroup(key: string): key is ReservedGroup {
  return (reservedGroupKeys as readonly string[]).includes(key);
}

/** Error text for a panel that declares a group under a reserved key. */
export function reservedGroupMessage(key: string): string {
  return `${quote(key)} is reserved for Gatehouse; choose another name`;
}
