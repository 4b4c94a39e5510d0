/** The check that stands before everything which needs a permission. */
import { can } from "@gatehouse/access";
import type { Actor } from "./actor.ts";
import { Refusal } from "./refusal.ts";

/**
 * Refuses an actor who doesn't hold the permission.
 * @throws Refusal forbidden/permission, naming it
 */
export function requirePermission(actor: Pick<Actor, "catalogue" | "permissions">, permission: string): void {
  if (!can(actor, permission)) throw missingPermission(actor, [permission]);
}

/** Refuses an actor who holds none of the permissions. */
export function requireAnyPermission(
  actor: Pick<Actor, "catalogue" | "permissions">,
  permissions: readonly string[],
): void {
  if (!permissions.some((permission) => can(actor, permission))) throw missingPermission(actor, permissions);
}

function missingPermission(actor: Pick<Actor, "catalogue">, permissions: readonly string[]): Refusal {
  const labels = permissions.map((permission) => labelOf(actor, permission));
  return new Refusal("forbidden/permission", {
    detail: `This needs the permission ${labels.join(" or ")}. Ask somebody who manages roles for it.`,
    params: { permission: permissions[0], label: labels[0] },
  });
}

function labelOf(actor: Pick<Actor, "catalogue">, permission: string): string {
  const group = actor.catalogue.definition.find(({ key }) => permission.startsWith(`${key}:`));
  const action = actor.catalogue.actions.get(permission);
  return group === undefined || action === undefined ? permission : `${group.label}: ${action.label}`;
}

/**
 * Refuses whoever came with a session: what is asked for is for programs.
 * @throws Refusal api-keys/only
 */
export function requireKey(actor: Pick<Actor, "type">): void {
  if (actor.type === "api-key") return;
  throw new Refusal("api-keys/only", {
    detail: "This is for programs. Send an API key as Authorization: Bearer ghk_….",
  });
}
