import type { ActorReference, Delivery, InvitationView } from "@gatehouse/sdk/contract";
import { record } from "../../../audit/record.ts";
import { type Actor, toActorReference } from "../../../auth/actor.ts";
import type { Tx } from "../../../db/database.ts";
import { sql } from "../../../db/sql.ts";
import type { Deps } from "../../../deps.ts";
import type { ApiError } from "../../../errors/api-error.ts";
import {
  getOrganizationSettings,
  isEmailAllowed,
  type StoredOrganization,
} from "../../organizations/index.ts";
import { createEmailJob, reserveEmails, tooManyEmails } from "../deliver/schedule-email.ts";
import { accessEnded, domainNotAllowed, notPending, roleGone } from "../errors.ts";
import { computeExpiry, getInitialDelivery, listLiveRoles, viewInvitation } from "../invitation-state.ts";
import { findInvitations, type StoredInvitation } from "../queries.ts";
import {
  listSelected,
  rejectExistingUsers,
  rejectWhere,
  requireSingle,
  type Selection,
  selectInvitations,
  withUpdated,
} from "./select-invitations.ts";

/**
 * Sends new links with a new expiry inside the caller's transaction; the old links become invalid. The actor becomes the
 * inviter, so that an invitation whose inviter has left can be accepted again.
 */
export async function resendInvitations(
  deps: Pick<Deps, "clock" | "ids" | "mailer" | "enqueue">,
  tx: Tx,
  actor: Actor,
  invitationIds: readonly string[],
): Promise<readonly Selection[]> {
  const { organizationId } = actor;
  const settings = await getOrganizationSettings(tx, organizationId);
  const now = deps.clock.now();
  const expiresAt = computeExpiry(now, settings.invitationExpiresInDays);
  const found = await selectInvitations(
    tx,
    actor,
    invitationIds,
    (invitation) => findError(invitation, settings, now),
    { joinedBefore: () => expiresAt },
  );
  const nonUsers = await rejectExistingUsers(tx, organizationId, found, "Revoke this invitation.");
  const delivery = getInitialDelivery(true, deps.mailer.kind);
  const emails = listSelected(nonUsers).map(({ email }) => email);
  const delays = delivery === "queued" ? await reserveEmails(tx, organizationId, emails, now) : null;
  const selections = rejectWhere(nonUsers, ({ email }) =>
    delays === null || delays.has(email) ? null : tooManyEmails(email),
  );
  const before = listSelected(selections);
  if (before.length === 0) return selections;

  const ids = before.map(({ id }) => id);
  await renewLinks(tx, organizationId, {
    invitationIds: ids,
    invitedBy: toActorReference(actor),
    expiresAt,
    delivery,
  });
  const after = withUpdated(selections, await findInvitations(tx, organizationId, ids));
  await deps.enqueue(
    tx,
    listSelected(after).map((invitation) =>
      createEmailJob(organizationId, invitation, delays?.get(invitation.email)),
    ),
  );
  await recordResent(deps, tx, actor, before, listSelected(after));
  return after;
}

function findError(
  { status, roles, email }: StoredInvitation,
  settings: StoredOrganization,
  now: Date,
): ApiError | null {
  if (status !== "pending") return notPending(status);
  if (!isEmailAllowed(email, settings.allowedEmailDomains)) return domainNotAllowed(settings.name);
  if (roles.length === 0) return roleGone("Invite the address again with roles that exist.");
  return listLiveRoles(roles, now).length === 0 ? accessEnded("Invite the address again.") : null;
}

async function recordResent(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  actor: Actor,
  before: readonly StoredInvitation[],
  after: readonly StoredInvitation[],
): Promise<void> {
  const oldExpiries = new Map(before.map(({ id, expiresAt }) => [id, expiresAt.toISOString()]));
  await record(
    deps,
    tx,
    actor,
    after.map(({ id, email, expiresAt }) => ({
      action: "invitations.resent",
      target: { type: "invitation", id, name: email },
      changes: [{ field: "expiresAt", before: oldExpiries.get(id) ?? null, after: expiresAt.toISOString() }],
    })),
  );
}

/** Gives pending invitations new links and a new inviter. */
async function renewLinks(
  tx: Tx,
  organizationId: string,
  renewal: {
    readonly invitationIds: readonly string[];
    readonly invitedBy: ActorReference;
    readonly expiresAt: Date;
    readonly delivery: Delivery;
  },
): Promise<void> {
  const { invitationIds, invitedBy } = renewal;
  await tx.query(sql`
    UPDATE invitations SET generation = generation + 1, expires_at = ${renewal.expiresAt}, delivery = ${renewal.delivery},
      delivery_error = NULL, delivery_tries = 0, invited_by_type = ${invitedBy.type}, invited_by_id = ${invitedBy.id},
      invited_by_name = ${invitedBy.name}
    WHERE organization_id = ${organizationId} AND invitation_id = ANY(${invitationIds}::uuid[])
      AND status = 'pending'`);
}

/**
 * Sends one invitation again, like `resendInvitations`.
 * @throws ApiError not-found, invitations/not-pending, invitations/role-gone, invitations/already-user, forbidden/grant-ceiling
 */
export async function resendInvitation(
  deps: Pick<Deps, "clock" | "ids" | "mailer" | "enqueue">,
  tx: Tx,
  actor: Actor,
  invitationId: string,
): Promise<InvitationView> {
  const invitation = requireSingle(await resendInvitations(deps, tx, actor, [invitationId]));
  return viewInvitation(invitation, { now: deps.clock.now(), language: actor.language });
}
