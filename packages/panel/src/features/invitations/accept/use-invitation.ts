import type { InvitationOffer, SessionView } from "@gatehouse/sdk/contract";
import { useEffect, useState } from "react";
import { ApiProblem } from "../../../lib/api/problem.ts";
import { request } from "../../../lib/api/request.ts";

/** Why a link no longer works. */
export type InvalidReason =
  | "unknown"
  | "used"
  | "revoked"
  | "expired"
  | "replaced"
  | "role-gone"
  | "inviter-gone"
  | "domain"
  | "already-user";

const invalidReasons: Readonly<Record<string, InvalidReason>> = {
  "not-found": "unknown",
  "invitations/used": "used",
  "invitations/revoked": "revoked",
  "invitations/expired": "expired",
  "invitations/replaced": "replaced",
  "invitations/role-gone": "role-gone",
  "invitations/inviter-lost-access": "inviter-gone",
  "invitations/domain-not-allowed": "domain",
  "invitations/already-user": "already-user",
};

type Account = SessionView["user"];

type State =
  | { readonly is: "asking" }
  | { readonly is: "dead"; readonly reason: InvalidReason }
  | { readonly is: "failed"; readonly error: unknown }
  | { readonly is: "open"; readonly offer: InvitationOffer; readonly signedIn: Account | null };

/** The invitation of a link and the account that is signed in. */
export type InvitationState = State & {
  /** Loads the invitation again, for example after signing out. */
  readonly reload: () => void;
  /** Shows the page of an invalid link if the error means that. Returns whether it does. */
  readonly showIfInvalid: (error: unknown) => boolean;
};

/** Loads the invitation of a link and the current account. Changes nothing. */
export function useInvitation(token: string): InvitationState {
  const [state, setState] = useState<State>({ is: "asking" });
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt loads again
  useEffect(() => {
    let isCurrent = true;
    void lookUpInvitation(token).then((found) => {
      if (isCurrent) setState(found);
    });
    return () => {
      isCurrent = false;
    };
  }, [token, attempt]);
  return {
    ...state,
    reload: () => setAttempt(attempt + 1),
    showIfInvalid(error) {
      const reason = getInvalidReason(error);
      if (reason !== null) setState({ is: "dead", reason });
      return reason !== null;
    },
  };
}

async function lookUpInvitation(token: string): Promise<State> {
  try {
    const [{ body: offer }, signedIn] = await Promise.all([
      request("POST /invitations/lookup", { body: { token } }),
      getCurrentAccount(),
    ]);
    return { is: "open", offer, signedIn };
  } catch (error) {
    const reason = getInvalidReason(error);
    return reason === null ? { is: "failed", error } : { is: "dead", reason };
  }
}

async function getCurrentAccount(): Promise<Account | null> {
  return (await request("GET /sessions/status")).body.session?.user ?? null;
}

function getInvalidReason(error: unknown): InvalidReason | null {
  return error instanceof ApiProblem ? (invalidReasons[error.code] ?? null) : null;
}
