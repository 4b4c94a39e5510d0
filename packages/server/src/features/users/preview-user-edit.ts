import { difference } from "@gatehouse/access";
import type { PermissionChange, UserEdit } from "@gatehouse/sdk/contract";
import type { Deps } from "../../deps.ts";
import type { AuthenticatedActor } from "../../http/actor.ts";
import { authorizeRead } from "../../http/authorize-write.ts";
import { endsOwnership, planEdit } from "./plan-edit.ts";
import { lastOwner } from "./refusals.ts";

/**
 * The permissions that an edit would give and take. Changes nothing, and refuses what the edit itself would be refused.
 */
export async function previewUserEdit(
  deps: Pick<Deps, "db" | "clock">,
  actor: AuthenticatedActor,
  input: { readonly userId: string; readonly edit: UserEdit },
): Promise<PermissionChange> {
  const now = deps.clock.now();
  return authorizeRead(deps, actor, async (tx, actor) => {
    const plan = await planEdit(tx, actor, { ...input, now });
    if (plan.before.ownerCount === 1 && endsOwnership(plan)) throw lastOwner();
    const { gained, lost } = difference(plan.permissions.before, plan.permissions.after);
    return { gained: [...gained], lost: [...lost] };
  });
}
