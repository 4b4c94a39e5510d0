import type { InvitationOffer } from "@gatehouse/sdk/contract";
import type { Deps } from "../../deps.ts";
import type { Caller } from "../../http/actor.ts";
import { findAccountByEmail } from "../accounts/index.ts";
import { findInvitation } from "./queries.ts";
import { readLink } from "./read-link.ts";
import { unknownLink, whyDead } from "./refusals.ts";
import { requireAllowed } from "./require-allowed.ts";

/**
 * What a link offers, for the page that it opens. Changes nothing, so scanners that open links do no harm.
 * @throws Refusal not-found, throttled, invitations/used, invitations/revoked, invitations/replaced, invitations/expired,
 *   invitations/domain-not-allowed
 */
export async function lookUpInvitation(
  deps: Pick<Deps, "db" | "clock" | "secrets">,
  token: string,
  caller: Caller,
): Promise<InvitationOffer> {
  const link = await readLink(deps, token, caller);
  return deps.db.tenant(
    link.organizationId,
    async (tx) => {
      const invitation = await findInvitation(tx, link);
      if (invitation === null) throw unknownLink();
      const dead = whyDead(invitation, link.generation, deps.clock.now());
      if (dead !== null) throw dead;
      const organization = await requireAllowed(tx, link.organizationId, invitation.email);
      const account = await findAccountByEmail(tx, invitation.email);
      return {
        organization: { name: organization },
        inviter: { name: invitation.invitedBy.name },
        email: invitation.email,
        ...(invitation.name === null ? {} : { name: invitation.name }),
        roles: invitation.roles.map(({ name, description }) => ({ name, description })),
        expiresAt: invitation.expiresAt.toISOString(),
        accountExists: account !== null,
      };
    },
    { readOnly: true },
  );
}
