/** Why an invitation or its link can't be used. */
import { isForeignKeyViolation, isUniqueViolation } from "../../db/errors.ts";
import { ApiError } from "../../errors/api-error.ts";
import { isExpired } from "./invitation-state.ts";
import type { StoredInvitation } from "./queries.ts";

/** The invitation isn't pending, so it can't be sent, copied or revoked. */
export function notPending(status: "accepted" | "revoked" | "expired"): ApiError {
  const detail = {
    accepted: "The invitation was accepted already. The person is in the list of users.",
    revoked: "The invitation was revoked. Invite the address again to create a new one.",
    expired: "The invitation has expired. Send it again to give it a new link.",
  };
  return new ApiError("invitations/not-pending", { detail: detail[status], params: { status } });
}

/** The invitation isn't revoked, or was revoked too long ago to restore its link. */
export function notRestorable(status: "pending" | "accepted" | "revoked"): ApiError {
  const detail =
    status === "revoked"
      ? "The invitation was revoked more than 15 minutes ago. Invite the address again; that creates a new link."
      : "The invitation is not revoked, so there is nothing to restore.";
  return new ApiError("invitations/not-restorable", { detail, params: { status } });
}

/** The address has received another invitation since this one was revoked. */
export function alreadyPending(email: string): ApiError {
  return new ApiError("invitations/already-pending", {
    detail: `${email} has another pending invitation. Use that one.`,
    params: { email },
  });
}

/**
 * Converts a constraint violation of a write of pending invitations to an API error; returns any other error unchanged. A role that is
 * deleted concurrently fails the whole request; a retry rejects only the addresses with that role.
 */
export function mapStoreError(error: unknown): unknown {
  if (isUniqueViolation(error, "invitations_external_id_key")) {
    const detail = "Another pending invitation has one of these external ids. Look at it, then try again.";
    return new ApiError("conflict/concurrent", { detail }, { cause: error });
  }
  if (isUniqueViolation(error, "invitations_one_pending"))
    return new ApiError("conflict/concurrent", {
      detail: "Someone invited one of these addresses at the same moment. Try again.",
    });
  if (isForeignKeyViolation(error, "invitation_roles"))
    return new ApiError("users/role-gone", {
      detail: "One of the roles was deleted at this moment. Load the list of roles again and choose another.",
    });
  return error;
}

/** All roles of the invitation were deleted. */
export function roleGone(next: string): ApiError {
  return new ApiError("invitations/role-gone", {
    detail: `The roles that this invitation offered no longer exist. ${next}`,
  });
}

/** Every role of the invitation was offered until an instant that has passed. */
export function accessEnded(next: string): ApiError {
  return new ApiError("invitations/access-ended", {
    detail: `The access that this invitation offered has ended already. ${next}`,
  });
}

/** The organization doesn't allow addresses of that domain. */
export function domainNotAllowed(organization: string): ApiError {
  return new ApiError("invitations/domain-not-allowed", {
    detail: `${organization} allows only addresses of certain domains, and this one isn't among them. Ask the person who invited you for an invitation to another address.`,
    params: { organization },
  });
}

/** The token of the link isn't valid. */
export function unknownLink(): ApiError {
  return new ApiError("not-found", {
    detail: "This link is incomplete or mistyped. Open it again from the email, or ask for a new one.",
  });
}

/** Why a valid token of this generation can't be used at `now`; null when it can. */
export function findLinkError(
  invitation: Pick<StoredInvitation, "status" | "generation" | "expiresAt">,
  generation: number,
  now: Date,
): ApiError | null {
  if (invitation.status === "accepted")
    return new ApiError("invitations/used", {
      detail: "This invitation was accepted already. Sign in instead.",
    });
  if (invitation.status === "revoked")
    return new ApiError("invitations/revoked", {
      detail: "This invitation was revoked. Ask the person who invited you.",
    });
  if (invitation.generation !== generation)
    return new ApiError("invitations/replaced", {
      detail: "This invitation has a newer link. Use the link in the latest email.",
    });
  if (isExpired(invitation, now))
    return new ApiError("invitations/expired", {
      detail: "This link has expired. Ask the person who invited you to send it again.",
    });
  return null;
}

/** Another user got the external id of the invitation meanwhile. */
export function externalIdTaken(inviter: string): ApiError {
  return new ApiError("invitations/external-id-in-use", {
    detail: `Another user has the id under which you were invited. Ask ${inviter} for a new invitation.`,
    params: { inviter },
  });
}

/** The inviter no longer holds the permissions of the roles. */
export function inviterLostAccess(inviter: string): ApiError {
  return new ApiError("invitations/inviter-lost-access", {
    detail: `${inviter} can no longer give these roles. Ask someone who manages access there for a new invitation.`,
    params: { inviter },
  });
}

/** The address has an account, so the person must sign in to it. */
export function signInFirst(email: string): ApiError {
  return new ApiError("invitations/sign-in-first", {
    detail: `${email} has an account already. Sign in to it, then accept.`,
    params: { email },
  });
}

/** The address belongs to a user already. `next` tells the caller what to do. */
export function alreadyUser(email: string, next = "Sign in instead."): ApiError {
  return new ApiError("invitations/already-user", {
    detail: `${email} is a user already. ${next}`,
    params: { email },
  });
}
