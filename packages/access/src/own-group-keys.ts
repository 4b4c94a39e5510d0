/** The keys of Gatehouse's own groups, by themselves: small enough for whoever only has to stay clear of them. */
import { quoted } from "./errors.ts";

/** In the order in which they follow a panel's. */
export const ownGroupKeys = [
  "users",
  "roles",
  "invitations",
  "audit",
  "api-keys",
  "organization",
  "webhooks",
  "business-units",
] as const;

/** The key of one of Gatehouse's own groups; a panel can't use it for a group of its own. */
export type OwnGroup = (typeof ownGroupKeys)[number];

/** Why a panel can't declare a group under this key. */
export function ownGroupRefusal(key: string): string {
  return `${quoted(key)} is a group of Gatehouse's own; choose another name`;
}
