import { compileRoles, mayGive } from "@gatehouse/access";
import type { Tx } from "../../database/database.ts";
import type { Actor } from "../../http/actor.ts";
import { overCeiling } from "../../http/common-refusals.ts";
import { findRoles } from "../roles/index.ts";
import type { StoredInvitation } from "./queries.ts";

/**
 * The grant ceiling over what an invitation offers. It holds for everything that is done with one: a link gives the
 * roles to whoever has it, and withdrawing takes them away.
 * @throws Refusal forbidden/grant-ceiling
 */
export async function requireOffer(tx: Tx, actor: Actor, invitation: StoredInvitation): Promise<void> {
  const roleIds = invitation.roles.map((role) => role.id);
  const roles = compileRoles(actor.catalogue, await findRoles(tx, actor.organizationId, roleIds));
  for (const role of roles.values()) {
    const ceiling = mayGive(actor.permissions, role.permissions);
    if (!ceiling.allowed)
      throw overCeiling(`The role ${role.name}, which this invitation offers,`, ceiling.missing);
  }
}
