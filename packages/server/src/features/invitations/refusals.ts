/** Why an invitation or its link can't be used. */
import { Refusal } from "../../http/refusal.ts";
import type { StoredInvitation } from "./queries.ts";
import { isExpired } from "./rules.ts";

/** The invitation was accepted or withdrawn, so there is nothing left to send, copy or withdraw. */
export function notPending(status: "accepted" | "revoked" | "expired"): Refusal {
  const detail = {
    accepted: "The invitation was accepted already. Its person is in the list of users.",
    revoked: "The invitation was withdrawn. Invite the address again to give it a new one.",
    expired: "The invitation has expired. Send it again to give it a new link.",
  };
  return new Refusal("invitations/not-pending", { detail: detail[status], params: { status } });
}

/** The withdrawal can't be taken back: there is none, or it is too long ago for its link to come back to life. */
export function notRestorable(status: "pending" | "accepted" | "revoked"): Refusal {
  const detail =
    status === "revoked"
      ? "The invitation was withdrawn more than 15 minutes ago. Invite the address again; that makes a new link."
      : "The invitation is not withdrawn, so there is nothing to take back.";
  return new Refusal("invitations/not-restorable", { detail, params: { status } });
}

/** The address got another invitation since this one was withdrawn. */
export function alreadyPending(email: string): Refusal {
  return new Refusal("invitations/already-pending", {
    detail: `${email} has another invitation by now. Look at that one.`,
    params: { email },
  });
}

/** None of the roles that it offered exists any more. */
export function roleGone(next: string): Refusal {
  return new Refusal("invitations/role-gone", {
    detail: `The roles that this invitation offered no longer exist. ${next}`,
  });
}

/** The organization takes no addresses of that domain, or no longer. */
export function domainNotAllowed(organization: string): Refusal {
  return new Refusal("invitations/domain-not-allowed", {
    detail: `${organization} lets in only addresses of certain domains, and this one isn't among them. Ask the person who invited you for an invitation to another address.`,
    params: { organization },
  });
}

/** Somebody tried a link that this installation never made. */
export function unknownLink(): Refusal {
  return new Refusal("not-found", {
    detail: "This link is incomplete or mistyped. Open it again from the mail, or ask for a new one.",
  });
}

/** Why a genuine link of this generation doesn't work at `now`; null when it does. */
export function whyDead(
  invitation: Pick<StoredInvitation, "status" | "generation" | "expiresAt">,
  generation: number,
  now: Date,
): Refusal | null {
  if (invitation.status === "accepted")
    return new Refusal("invitations/used", {
      detail: "This invitation was accepted already. Sign in instead.",
    });
  if (invitation.status === "revoked")
    return new Refusal("invitations/revoked", {
      detail: "This invitation was withdrawn. Ask the person who invited you.",
    });
  if (invitation.generation !== generation)
    return new Refusal("invitations/replaced", {
      detail: "A newer link was made for this invitation. Use the link in the latest mail.",
    });
  if (isExpired(invitation, now))
    return new Refusal("invitations/expired", {
      detail: "This link has expired. Ask the person who invited you to send it again.",
    });
  return null;
}

/** Whoever invited may not give these roles any more. */
export function inviterLostAccess(inviter: string): Refusal {
  return new Refusal("invitations/inviter-lost-access", {
    detail: `${inviter} can no longer give these roles. Ask somebody who manages access there for a new invitation.`,
    params: { inviter },
  });
}

/** The address has an account, whose owner must show that they are its owner. */
export function signInFirst(email: string): Refusal {
  return new Refusal("invitations/sign-in-first", {
    detail: `${email} has an account already. Sign in to it, then accept.`,
    params: { email },
  });
}

/** The invited person got in some other way. `next` says to whoever asks what to do about it. */
export function alreadyUser(email: string, next = "Sign in instead."): Refusal {
  return new Refusal("invitations/already-user", {
    detail: `${email} is a user already. ${next}`,
    params: { email },
  });
}
