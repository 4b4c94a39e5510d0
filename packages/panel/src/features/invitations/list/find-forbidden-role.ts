import type { InvitationView, RoleView } from "@gatehouse/sdk/contract";
import { listMissingPermissions } from "../../users/grant-ceiling.ts";

/**
 * The first role of an invitation that exceeds the actor's permissions, with the missing permissions; null if there is
 * none or the roles are not loaded. The server decides.
 */
export function findForbiddenRole(
  invitation: Pick<InvitationView, "roles">,
  held: ReadonlySet<string>,
  roles: readonly RoleView[] | null,
): { readonly role: string; readonly missing: readonly string[] } | null {
  for (const { id, name } of invitation.roles) {
    const role = roles?.find((one) => one.id === id);
    const missing = role === undefined ? [] : listMissingPermissions(role, held);
    if (missing.length > 0) return { role: name, missing };
  }
  return null;
}
