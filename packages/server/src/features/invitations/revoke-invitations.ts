import { record } from "../../audit/record.ts";
import type { Tx } from "../../database/database.ts";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { type Choice, chooseInvitations, chosen, renewed } from "./choose-invitations.ts";
import { notPending } from "./refusals.ts";
import { withdrawInvitations } from "./several-queries.ts";

/** Withdraws pending invitations, expired or not, inside the caller's transaction: their links are dead at once. */
export async function revokeInvitations(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  actor: Actor,
  invitationIds: readonly string[],
): Promise<readonly Choice[]> {
  const { organizationId } = actor;
  const choices = await chooseInvitations(tx, actor, invitationIds, ({ status }) =>
    status === "pending" ? null : notPending(status),
  );
  const withdrawn = chosen(choices);
  if (withdrawn.length === 0) return choices;

  const now = deps.clock.now();
  await withdrawInvitations(
    tx,
    organizationId,
    withdrawn.map(({ id }) => id),
    now,
  );
  await record(
    deps,
    tx,
    actor,
    withdrawn.map(({ id, email, roles }) => ({
      action: "invitations.revoked",
      target: { type: "invitation", id, name: email },
      changes: [{ field: "roles", before: roles.map((role) => role.name), after: null }],
    })),
  );
  return renewed(
    choices,
    withdrawn.map((invitation) => ({ ...invitation, status: "revoked", revokedAt: now })),
  );
}
