import type { InvitationView, RoleView } from "@gatehouse/sdk/contract";
import { missingFor } from "../../../app/users/role-ceiling.ts";

/**
 * The first role of an invitation that gives more than somebody holds, and what they lack; null where they may do what
 * they like with it. Where the roles aren't known the answer is null; the server decides.
 */
export function roleBeyond(
  invitation: Pick<InvitationView, "roles">,
  held: ReadonlySet<string>,
  roles: readonly RoleView[] | null,
): { readonly role: string; readonly missing: readonly string[] } | null {
  for (const { id, name } of invitation.roles) {
    const role = roles?.find((one) => one.id === id);
    const missing = role === undefined ? [] : missingFor(role, held);
    if (missing.length > 0) return { role: name, missing };
  }
  return null;
}
