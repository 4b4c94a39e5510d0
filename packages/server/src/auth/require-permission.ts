/** Permission checks of use cases. */
import { can } from "@gatehouse/access";
import { inLanguage } from "@gatehouse/access/catalogue";
import type { KeyInactiveReason } from "@gatehouse/sdk/contract";
import { ApiError } from "../errors/api-error.ts";
import type { Actor } from "./actor.ts";
import { localizeBuiltinGroup } from "./builtin-texts.ts";

/** Who needs a permission. */
type Holder = Pick<Actor, "catalogue" | "permissions" | "language" | "keyInactiveReason">;

/** What to say to a program whose key has no permissions, whatever it asks for. */
const inactiveKeyDetails: Readonly<Record<KeyInactiveReason, string>> = {
  "creator-removed":
    "This API key has no permissions any more: the user who created it was removed from the organization. Ask for a new key.",
  "creator-suspended":
    "This API key has no permissions at the moment: the user who created it is suspended. Ask for a new key, or for the user to be restored.",
};

/**
 * Requires one permission.
 * @throws ApiError forbidden/permission, naming it
 */
export function requirePermission(actor: Holder, permission: string): void {
  if (!can(actor, permission)) throw missingPermission(actor, [permission]);
}

/**
 * Requires at least one of the permissions.
 * @throws ApiError forbidden/permission
 */
export function requireAnyPermission(actor: Holder, permissions: readonly string[]): void {
  if (!permissions.some((permission) => can(actor, permission))) throw missingPermission(actor, permissions);
}

function missingPermission(actor: Omit<Holder, "permissions">, permissions: readonly string[]): ApiError {
  const reason = actor.keyInactiveReason;
  if (reason !== undefined)
    return new ApiError("forbidden/permission", {
      detail: inactiveKeyDetails[reason],
      params: { permission: permissions[0], inactiveReason: reason },
    });
  const labels = permissions.map((permission) => formatPermission(actor, permission));
  return new ApiError("forbidden/permission", {
    detail: `This needs the permission ${labels.join(" or ")}. Ask someone who manages roles for it.`,
    params: { permission: permissions[0], label: labels[0] },
  });
}

function formatPermission(
  { catalogue, language }: Pick<Actor, "catalogue" | "language">,
  permission: string,
): string {
  const declared = catalogue.definition.find(({ key }) => permission.startsWith(`${key}:`));
  const group = declared === undefined ? undefined : localizeBuiltinGroup(declared);
  const action = group?.actions.find((one) => one.permission === permission);
  if (group === undefined || action === undefined) return permission;
  return `${inLanguage(group.label, language ?? "en")}: ${inLanguage(action.label, language ?? "en")}`;
}

/**
 * Requires an API key: the endpoint is for programs.
 * @throws ApiError api-keys/only
 */
export function requireApiKey(actor: Pick<Actor, "type">): void {
  if (actor.type === "api-key") return;
  throw new ApiError("api-keys/only", {
    detail: "This is for programs. Send an API key as Authorization: Bearer ghk_….",
  });
}
