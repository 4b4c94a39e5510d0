import type { RoleView, UserView } from "@gatehouse/sdk/contract";

/**
 * Whether somebody may suspend or remove a user: never oneself, and nobody who holds more. Where the roles aren't known
 * the answer is yes; the server decides.
 */
export function mayActOn(
  actor: { readonly userId: string; readonly permissions: ReadonlySet<string> },
  user: Pick<UserView, "id" | "roles">,
  roles: readonly RoleView[] | null,
): boolean {
  if (user.id === actor.userId) return false;
  const held = new Set(user.roles.map((role) => role.id));
  return (roles ?? [])
    .filter((role) => held.has(role.id))
    .every((role) => role.permissions.every((permission) => actor.permissions.has(permission)));
}
