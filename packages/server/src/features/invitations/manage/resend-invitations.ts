import type { InvitationView } from "@gatehouse/sdk/contract";
import { record } from "../../../audit/record.ts";
import { type Actor, toActorReference } from "../../../auth/actor.ts";
import type { Tx } from "../../../db/database.ts";
import { prepare, sql } from "../../../db/sql.ts";
import type { Deps } from "../../../deps.ts";
import type { ApiError } from "../../../errors/api-error.ts";
import {
  getOrganizationSettings,
  isEmailAllowed,
  type StoredOrganization,
} from "../../organizations/index.ts";
import { createEmailJob, reserveAtCommit, tooManyEmails } from "../deliver/schedule-email.ts";
import { accessEnded, alreadyUser, domainNotAllowed, notPending, roleGone } from "../errors.ts";
import { computeExpiry, getInitialDelivery, listLiveRoles, viewInvitation } from "../invitation-state.ts";
import { findInvitedAddresses, lockInvitations, type StoredInvitation } from "../queries.ts";
import {
  listSelected,
  rejectWhere,
  requireSingle,
  type Selection,
  selectLocked,
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
  const now = deps.clock.now();
  const [locked, settings, addresses] = await Promise.all([
    lockInvitations(tx, organizationId, invitationIds),
    getOrganizationSettings(tx, organizationId),
    findInvitedAddresses(tx, organizationId, invitationIds, now),
  ]);
  const byEmail = new Map(addresses.map((address) => [address.email, address]));
  const expiresAt = computeExpiry(now, settings.invitationExpiresInDays);
  const delivery = getInitialDelivery(true, deps.mailer.kind);
  const found = selectLocked(
    actor,
    invitationIds,
    locked,
    (invitation) => findError(invitation, settings, now),
    { joinedBefore: () => expiresAt },
  );
  const selections = rejectWhere(found, ({ email }) => {
    const address = byEmail.get(email);
    if (address?.isUser === true) return alreadyUser(email, "Revoke this invitation.");
    return delivery === "queued" && address?.emailDelay === null ? tooManyEmails(email) : null;
  });
  const before = listSelected(selections);
  if (before.length === 0) return selections;

  const renewed = before.map(
    (invitation): StoredInvitation => ({
      ...invitation,
      generation: invitation.generation + 1,
      invitedBy: toActorReference(actor),
      expiresAt,
      delivery,
      deliveryError: null,
    }),
  );
  const delays =
    delivery === "queued"
      ? new Map(renewed.map(({ email }) => [email, byEmail.get(email)?.emailDelay ?? 0]))
      : null;
  renewLinks(tx, organizationId, renewed, { delays, now });
  await deps.enqueue(
    tx,
    renewed.map((invitation) => createEmailJob(organizationId, invitation, delays?.get(invitation.email))),
  );
  await recordResent(deps, tx, actor, before, renewed);
  return withUpdated(selections, renewed);
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

/** Gives locked pending invitations new links and a new inviter, and reserves their emails, with the commit. */
function renewLinks(
  tx: Pick<Tx, "deferToCommit">,
  organizationId: string,
  renewed: readonly StoredInvitation[],
  emails: { readonly delays: ReadonlyMap<string, number> | null; readonly now: Date },
): void {
  const [first] = renewed;
  if (first === undefined) return;
  const { invitedBy, expiresAt, delivery } = first;
  if (emails.delays !== null) reserveAtCommit(tx, organizationId, emails.delays, emails.now);
  tx.deferToCommit(sql`${prepare("renewLinks")}
    UPDATE invitations SET generation = generation + 1, expires_at = ${expiresAt}, delivery = ${delivery},
      delivery_error = NULL, delivery_tries = 0, invited_by_type = ${invitedBy.type}, invited_by_id = ${invitedBy.id},
      invited_by_name = ${invitedBy.name}
    WHERE organization_id = ${organizationId} AND invitation_id = ANY(${renewed.map(({ id }) => id)}::uuid[])
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
