/** The links of invitations. */
import type { InvitationLinks } from "@gatehouse/sdk/contract";
import { record } from "../../../audit/record.ts";
import type { Actor, AuthenticatedActor, SystemActor } from "../../../auth/actor.ts";
import { authorizeWrite } from "../../../auth/authorize-write.ts";
import type { Tx } from "../../../db/database.ts";
import type { Deps } from "../../../deps.ts";
import { notPending } from "../errors.ts";
import { getStatus } from "../invitation-state.ts";
import { createLink, createToken } from "../link-token.ts";
import type { StoredInvitation } from "../queries.ts";
import { listSelected, requireSingle, type Selection, selectInvitations } from "./select-invitations.ts";

type LinkDeps = Pick<Deps, "db" | "clock" | "ids" | "secrets" | "config">;

/**
 * The link of a pending invitation, the same as in its email. Anybody with the link can accept the invitation, so the
 * actor must hold the permissions of its roles, and the access is recorded in the audit log.
 * @throws ApiError not-found, invitations/not-pending, forbidden/grant-ceiling
 */
export async function copyInvitationLink(
  deps: LinkDeps,
  actor: AuthenticatedActor | SystemActor,
  invitationId: string,
): Promise<{ readonly url: string }> {
  return authorizeWrite(deps, actor, async (tx, actor) => {
    const selections = await selectPending(deps, tx, actor, [invitationId]);
    return { url: createUrl(deps, actor, requireSingle(selections)) };
  });
}

/** The links of several pending invitations, like `copyInvitationLink`; a rejected one doesn't affect the others. */
export async function copyInvitationLinks(
  deps: LinkDeps,
  actor: AuthenticatedActor,
  invitationIds: readonly string[],
): Promise<InvitationLinks> {
  return authorizeWrite(deps, actor, async (tx, actor) => {
    const selections = await selectPending(deps, tx, actor, invitationIds);
    return {
      results: selections.map(({ invitationId, invitation, error }) =>
        error === null
          ? { invitationId, status: "done", url: createUrl(deps, actor, invitation) }
          : { invitationId, status: "refused", code: error.code, detail: error.details.detail },
      ),
    };
  });
}

/** Selects the pending invitations and records that their links were copied. */
async function selectPending(
  deps: LinkDeps,
  tx: Tx,
  actor: Actor,
  invitationIds: readonly string[],
): Promise<readonly Selection[]> {
  const now = deps.clock.now();
  const selections = await selectInvitations(tx, actor, invitationIds, (found) => {
    const status = getStatus(found, now);
    return status === "pending" ? null : notPending(status);
  });
  const entries = listSelected(selections).map(({ id, email }) => ({
    action: "invitations.link-copied" as const,
    target: { type: "invitation" as const, id, name: email },
  }));
  if (entries.length > 0) await record(deps, tx, actor, entries);
  return selections;
}

function createUrl(
  { secrets, config }: Pick<Deps, "secrets" | "config">,
  { organizationId }: Actor,
  { id, generation }: StoredInvitation,
): string {
  return createLink(config.publicUrl, createToken(secrets, { organizationId, invitationId: id, generation }));
}
