import { permissionSet } from "@gatehouse/access";
import type { MeView } from "@gatehouse/sdk/contract";
import type { Tx } from "../../database/database.ts";
import { enterOrganization } from "../../database/enter-organization.ts";
import type { Deps } from "../../deps.ts";
import type { AccountActor } from "../../http/actor.ts";
import { findMembership, rightsOf } from "../../http/memberships.ts";
import { listOrganizations, type OrganizationOfAccount } from "./queries.ts";

/** One's account, and what one may do in each of its organizations. */
export async function getMe(
  deps: Pick<Deps, "db" | "clock" | "mailer">,
  account: AccountActor,
): Promise<MeView> {
  const now = deps.clock.now();
  const organizations = await deps.db.shared(
    async (tx) => {
      const views: MeView["organizations"] = [];
      for (const organization of await listOrganizations(tx, account.accountId))
        views.push(await viewStanding(tx, organization, account.accountId, now));
      return views;
    },
    { readOnly: true },
  );
  const { accountId, name, email, language } = account;
  return { account: { id: accountId, name, email, language }, organizations, mail: deps.mailer.kind };
}

/** Each organization is a tenant of its own: the transaction enters one after the other. */
async function viewStanding(
  tx: Tx,
  organization: OrganizationOfAccount,
  accountId: string,
  now: Date,
): Promise<MeView["organizations"][number]> {
  await enterOrganization(tx, organization.id);
  const membership = await findMembership(tx, organization.id, { accountId, now });
  const isActive = membership?.status === "active";
  const rights = isActive ? await rightsOf(tx, organization.id, membership) : null;
  return {
    ...organization,
    roles: membership?.roles.map(({ id, name }) => ({ id, name })) ?? [],
    permissions: rights === null ? [] : [...permissionSet.names(rights.permissions)],
    isOwner: isActive && membership.roles.some(({ isOwner }) => isOwner),
  };
}
