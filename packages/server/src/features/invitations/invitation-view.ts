import type { InvitationView } from "@gatehouse/sdk/contract";
import type { StoredInvitation } from "./queries.ts";
import { statusOf } from "./rules.ts";

/** An invitation as it is answered: field by field, so that no column gets out by itself. */
export function viewInvitation(invitation: StoredInvitation, now: Date): InvitationView {
  const {
    id,
    email,
    name,
    invitedBy,
    delivery,
    deliveryError,
    lastSentAt,
    acceptedAt,
    acceptedBy,
    revokedAt,
  } = invitation;
  return {
    id,
    email,
    ...(name === null ? {} : { name }),
    roles: invitation.roles.map((role) => ({ id: role.id, name: role.name })),
    status: statusOf(invitation, now),
    delivery,
    ...(deliveryError === null ? {} : { deliveryError }),
    invitedBy,
    createdAt: invitation.createdAt.toISOString(),
    expiresAt: invitation.expiresAt.toISOString(),
    lastSentAt: lastSentAt?.toISOString() ?? null,
    ...(acceptedAt === null || acceptedBy === null
      ? {}
      : { accepted: { at: acceptedAt.toISOString(), userId: acceptedBy } }),
    ...(revokedAt === null ? {} : { revokedAt: revokedAt.toISOString() }),
  };
}
