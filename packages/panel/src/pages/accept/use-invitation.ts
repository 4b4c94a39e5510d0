import type { InvitationOffer, SessionView } from "@gatehouse/sdk/contract";
import { useEffect, useState } from "react";
import { ApiProblem } from "../../app/api/problem.ts";
import { request } from "../../app/api/request.ts";

/** Why a link no longer works. */
export type DeadReason =
  | "unknown"
  | "used"
  | "revoked"
  | "expired"
  | "replaced"
  | "role-gone"
  | "inviter-gone"
  | "domain"
  | "already-user";

const deadReasons: Readonly<Record<string, DeadReason>> = {
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

type Person = SessionView["user"];

type State =
  | { readonly is: "asking" }
  | { readonly is: "dead"; readonly reason: DeadReason }
  | { readonly is: "failed"; readonly error: unknown }
  | { readonly is: "open"; readonly offer: InvitationOffer; readonly signedIn: Person | null };

/** What the link offers and to whom, with the ways on. */
export type Invitation = State & {
  /** Looks again, for instance after somebody else has signed out. */
  readonly askAgain: () => void;
  /** Shows the page of a refusal that ends this link. Answers whether it was one. */
  readonly conclude: (error: unknown) => boolean;
};

/** Looks a link up, and who is signed in. Neither changes anything. */
export function useInvitation(token: string): Invitation {
  const [state, setState] = useState<State>({ is: "asking" });
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another round asks again
  useEffect(() => {
    let isCurrent = true;
    void look(token).then((found) => {
      if (isCurrent) setState(found);
    });
    return () => {
      isCurrent = false;
    };
  }, [token, round]);
  return {
    ...state,
    askAgain: () => setRound(round + 1),
    conclude(error) {
      const reason = reasonOf(error);
      if (reason !== null) setState({ is: "dead", reason });
      return reason !== null;
    },
  };
}

async function look(token: string): Promise<State> {
  try {
    const [{ body: offer }, signedIn] = await Promise.all([
      request("POST /invitations/lookup", { body: { token } }),
      currentPerson(),
    ]);
    return { is: "open", offer, signedIn };
  } catch (error) {
    const reason = reasonOf(error);
    return reason === null ? { is: "failed", error } : { is: "dead", reason };
  }
}

async function currentPerson(): Promise<Person | null> {
  return (await request("GET /sessions/status")).body.session?.user ?? null;
}

function reasonOf(error: unknown): DeadReason | null {
  return error instanceof ApiProblem ? (deadReasons[error.code] ?? null) : null;
}
