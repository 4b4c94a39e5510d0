import { compileRoles } from "@gatehouse/access";
import type { Actor } from "../../../auth/actor.ts";
import type { Tx } from "../../../db/database.ts";
import { getOrganizationSettings } from "../../organizations/index.ts";
import { findRoles } from "../../roles/index.ts";
import { findAccounts } from "../queries.ts";
import type { InvitationContext, InvitationRequest } from "./validate-invitations.ts";

/** Loads what the database knows about the requested roles and addresses. */
export async function loadContext(
  tx: Tx,
  actor: Actor,
  requests: readonly InvitationRequest[],
): Promise<InvitationContext> {
  const { organizationId } = actor;
  const settings = await getOrganizationSettings(tx, organizationId);
  const parsed = requests.filter((request) => request.rejection === null);
  const roleIds = new Set(parsed.flatMap((request) => request.roleIds));
  const roles = await findRoles(tx, organizationId, [...roleIds]);
  const emails = parsed.map((request) => request.email);
  const accounts = await findAccounts(tx, organizationId, emails);
  return {
    settings,
    roles: compileRoles(actor.catalogue, roles),
    accounts: new Map(accounts.map((account) => [account.email, account])),
  };
}
