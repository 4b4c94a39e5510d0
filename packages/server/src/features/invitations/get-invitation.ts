import type { InvitationView } from "@gatehouse/sdk/contract";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { notFound } from "../../http/refusal.ts";
import { viewInvitation } from "./invitation-view.ts";
import { findInvitation } from "./queries.ts";

/**
 * One invitation with the state of its mail.
 * @throws Refusal not-found
 */
export async function getInvitation(
  deps: Pick<Deps, "db" | "clock">,
  actor: Pick<Actor, "organizationId">,
  invitationId: string,
): Promise<InvitationView> {
  const { organizationId } = actor;
  const invitation = await deps.db.tenant(
    organizationId,
    (tx) => findInvitation(tx, { organizationId, invitationId }),
    { readOnly: true },
  );
  if (invitation === null) throw notFound();
  return viewInvitation(invitation, deps.clock.now());
}
