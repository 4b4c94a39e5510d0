import { record } from "../../../audit/record.ts";
import type { Actor, AuthenticatedActor } from "../../../auth/actor.ts";
import { authorizeWrite } from "../../../auth/authorize-write.ts";
import type { Tx } from "../../../db/database.ts";
import { sql } from "../../../db/sql.ts";
import type { Deps } from "../../../deps.ts";
import { notPending } from "../errors.ts";
import {
  listSelected,
  requireSingle,
  type Selection,
  selectInvitations,
  withUpdated,
} from "./select-invitations.ts";

/** Revokes pending invitations, expired or not, inside the caller's transaction. Their links are invalid from then on. */
export async function revokeInvitations(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  actor: Actor,
  invitationIds: readonly string[],
): Promise<readonly Selection[]> {
  const { organizationId } = actor;
  const selections = await selectInvitations(tx, actor, invitationIds, ({ status }) =>
    status === "pending" ? null : notPending(status),
  );
  const revoked = listSelected(selections);
  if (revoked.length === 0) return selections;

  const now = deps.clock.now();
  await markRevoked(
    tx,
    organizationId,
    revoked.map(({ id }) => id),
    now,
  );
  await record(
    deps,
    tx,
    actor,
    revoked.map(({ id, email, roles }) => ({
      action: "invitations.revoked",
      target: { type: "invitation", id, name: email },
      changes: [{ field: "roles", before: roles.map((role) => role.name), after: null }],
    })),
  );
  return withUpdated(
    selections,
    revoked.map((invitation) => ({ ...invitation, status: "revoked", revokedAt: now })),
  );
}

/** Sets pending invitations, expired or not, to revoked. */
async function markRevoked(
  tx: Tx,
  organizationId: string,
  invitationIds: readonly string[],
  now: Date,
): Promise<void> {
  await tx.query(sql`
    UPDATE invitations SET status = 'revoked', revoked_at = ${now}
    WHERE organization_id = ${organizationId} AND invitation_id = ANY(${invitationIds}::uuid[])
      AND status = 'pending'`);
}

/**
 * Revokes one invitation, like `revokeInvitations`.
 * @throws ApiError not-found, invitations/not-pending, forbidden/grant-ceiling
 */
export async function revokeInvitation(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  actor: AuthenticatedActor,
  invitationId: string,
): Promise<void> {
  await authorizeWrite(deps, actor, async (tx, actor) => {
    requireSingle(await revokeInvitations(deps, tx, actor, [invitationId]));
  });
}
