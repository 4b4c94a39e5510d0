/** The state of an invitation at an instant. Pure: no database, no clock. */
import type { Delivery, InvitationStatus, InvitationView, Language } from "@gatehouse/sdk/contract";
import { type OfferedEnd, type StoredInvitation, translateRoles } from "./queries.ts";

const msPerDay = 24 * 60 * 60 * 1000;

/** The fields that decide whether an invitation can be accepted. */
export interface InvitationLifecycle {
  readonly status: "pending" | "accepted" | "revoked";
  readonly expiresAt: Date;
}

/** Whether an invitation has expired. At the instant of expiry it has. */
export function isExpired(invitation: Pick<InvitationLifecycle, "expiresAt">, now: Date): boolean {
  return invitation.expiresAt.getTime() <= now.getTime();
}

/** The status in the API: a pending invitation that has expired is `expired`. */
export function getStatus(invitation: InvitationLifecycle, now: Date): InvitationStatus {
  return invitation.status === "pending" && isExpired(invitation, now) ? "expired" : invitation.status;
}

/** How long a revoked invitation can be restored, in milliseconds. It is short because a link may be revoked after a leak. */
const restorableMs = 15 * 60 * 1000;

/** Whether a revoked invitation can be restored. */
export function isRestorable(
  invitation: Pick<InvitationLifecycle, "status"> & { readonly revokedAt: Date | null },
  now: Date,
): boolean {
  const { status, revokedAt } = invitation;
  return status === "revoked" && revokedAt !== null && now.getTime() - revokedAt.getTime() < restorableMs;
}

/** When a link that is created now expires. */
export function computeExpiry(now: Date, days: number): Date {
  return new Date(now.getTime() + days * msPerDay);
}

/** The delivery state of a new invitation. It becomes `sent` only after the mail server has accepted the email. */
export function getInitialDelivery(send: boolean, mailer: "smtp" | "files"): Delivery {
  return send && mailer === "smtp" ? "queued" : "not-configured";
}

/** When a role ends that is offered with this end, for somebody who joins at `joinedAt`; null for no end. */
export function computeRoleEnd({ expiresAt, forDays }: OfferedEnd, joinedAt: Date): Date | null {
  return forDays === null ? expiresAt : computeExpiry(joinedAt, forDays);
}

/** The end of an offered role, as in the API: absent if there is none. */
export function viewOfferedEnd({ expiresAt, forDays }: OfferedEnd): {
  readonly expiresAt?: string;
  readonly forDays?: number;
} {
  return {
    ...(expiresAt === null ? {} : { expiresAt: expiresAt.toISOString() }),
    ...(forDays === null ? {} : { forDays }),
  };
}

/** The roles of an invitation that somebody who joins at `now` gets: those that have not ended. */
export function listLiveRoles<R extends OfferedEnd>(roles: readonly R[], now: Date): readonly R[] {
  return roles.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
}

/** The API representation, with roles in the language of the reader. It lists each field, so that no new column is exposed by accident. */
export function viewInvitation(
  invitation: StoredInvitation,
  { now, language }: { readonly now: Date; readonly language: Language | null },
): InvitationView {
  const {
    id,
    email,
    name,
    externalId,
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
    ...(externalId === null ? {} : { externalId }),
    roles: translateRoles(invitation.roles, language).map(({ id, name, ...end }) => ({
      id,
      name,
      ...viewOfferedEnd(end),
    })),
    status: getStatus(invitation, now),
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
