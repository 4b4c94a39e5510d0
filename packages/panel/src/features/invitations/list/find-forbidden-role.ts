import type { InvitationView, RoleView } from "@gatehouse/sdk/contract";
import type { GrantCeiling } from "../../../lib/access/grant-ceiling.ts";

/**
 * The first role of an invitation that exceeds the actor's permissions, with the missing permissions; null if there is
 * none or the roles are not loaded. The server decides.
 */
export function findForbiddenRole(
  invitation: Pick<InvitationView, "roles">,
  ceiling: GrantCeiling,
  roles: readonly RoleView[] | null,
): { readonly role: string; readonly missing: readonly string[] } | null {
  for (const { id, name } of invitation.roles) {
    const role = roles?.find((one) => one.id === id);
    const decision = role === undefined ? null : ceiling.checkRole(role);
    if (decision?.allowed === false) return { role: name, missing: decision.missing };
  }
  return null;
}
