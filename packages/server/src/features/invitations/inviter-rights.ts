import { can, compileRoles, mayGive, permissionSet } from "@gatehouse/access";
import type { Tx } from "../../database/database.ts";
import { findAuthority, requireUnchanged } from "../../http/authority.ts";
import { catalogueOf } from "../../http/catalogues.ts";
import type { Rights } from "../../http/memberships.ts";
import { findRoles } from "../roles/index.ts";
import type { StoredInvitation } from "./queries.ts";

/** An organization, and the instant at which rights are asked. */
export interface RightsAt {
  readonly organizationId: string;
  readonly now: Date;
}

/**
 * Whether whoever invited may still give what the invitation offers: they are there, not suspended, may invite, and
 * hold every permission of its roles. An invitation never gives more than its inviter could give at this moment.
 */
export async function mayStillGive(tx: Tx, at: RightsAt, invitation: StoredInvitation): Promise<boolean> {
  const rights = await rightsOfInviter(tx, at, invitation.invitedBy);
  if (rights === null) return false;
  if (!can(rights, "users:invite") && !can(rights, "invitations:send")) return false;
  const roleIds = invitation.roles.map((role) => role.id);
  const roles = compileRoles(rights.catalogue, await findRoles(tx, at.organizationId, roleIds));
  return [...roles.values()].every((role) => mayGive(rights.permissions, role.permissions).allowed);
}

/** What an inviter may do now, which must stay so until the commit; null when they are gone or suspended. */
async function rightsOfInviter(
  tx: Tx,
  { organizationId, now }: RightsAt,
  { type, id }: StoredInvitation["invitedBy"],
): Promise<Rights | null> {
  if (type === "system") {
    const catalogue = await catalogueOf(tx, organizationId);
    return { catalogue, permissions: permissionSet.all(catalogue) };
  }
  if (id === null) return null;
  const found = await findAuthority(tx, organizationId, { type, id }, now);
  if (found === null) return null;
  requireUnchanged(tx, found.authority, now);
  return found;
}
