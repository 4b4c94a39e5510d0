/** Signs the user in to a panel on another host. */
import type { SessionView } from "@gatehouse/sdk/contract";
import { ApiProblem, request } from "../../../lib/api/request.ts";

/** Search parameters from the panel's sign-in; `outcome` if the hand-off has ended. */
export interface HandOffSearch {
  readonly organization: string | undefined;
  readonly origin: string | undefined;
  readonly state: string | undefined;
  readonly to: string | undefined;
  readonly outcome: string | undefined;
}

type Account = SessionView["user"];

/** The required parameters of a hand-off. */
export interface HandOffRequest {
  readonly organization: string;
  readonly origin: string;
  readonly state: string;
  readonly to: string | undefined;
}

/** Why the user was not redirected. */
export type Outcome =
  | { readonly is: "sign-in-first" | "incomplete" | "expired" }
  | { readonly is: "left-panel"; readonly person: Account | null }
  | { readonly is: "first-visit"; readonly person: Account; readonly visit: HandOffRequest }
  | { readonly is: "no-member"; readonly email: string }
  | { readonly is: "suspended"; readonly email: string; readonly organization: string }
  /** The session is too old for the organization, though not for the account. */
  | { readonly is: "sign-in-again"; readonly organization: string }
  | { readonly is: "rule-not-met"; readonly organization: string }
  | { readonly is: "unknown-panel"; readonly origin: string }
  | { readonly is: "failed"; readonly error: unknown };

/** Redirects to the panel and never resolves, or returns why it can't. */
export async function handOff({ organization, origin, state, to, outcome }: HandOffSearch): Promise<Outcome> {
  if (outcome === "signed-out") return { is: "left-panel", person: await getCurrentAccount() };
  if (outcome !== undefined) return { is: "expired" };
  if (organization === undefined || origin === undefined || state === undefined) return { is: "incomplete" };
  const visit = { organization, origin, state, to };
  return continueToPanel(visit, {}).catch((error: unknown) => toOutcome(error, visit));
}

/**
 * Redirects to the panel and never resolves. `consent` confirms that the panel may get the user's name and email.
 * @throws ApiProblem
 */
export async function continueToPanel(
  { organization, origin, state, to }: HandOffRequest,
  consent: { readonly consent?: true },
): Promise<never> {
  const { body } = await request("POST /organizations/:organizationId/hand-offs", {
    params: { organizationId: organization },
    body: { origin, state, ...consent, ...(to === undefined ? {} : { to }) },
  });
  location.replace(body.location);
  return new Promise<never>(() => undefined);
}

async function toOutcome(error: unknown, visit: HandOffRequest): Promise<Outcome> {
  if (!(error instanceof ApiProblem)) throw error;
  switch (error.code) {
    case "hand-offs/consent-required": {
      const person = await getCurrentAccount();
      return person === null ? { is: "sign-in-first" } : { is: "first-visit", person, visit };
    }
    case "auth/required": {
      const { organization } = error.params;
      return typeof organization === "string"
        ? { is: "sign-in-again", organization }
        : { is: "sign-in-first" };
    }
    case "auth/two-factor-required":
    case "auth/network":
    case "auth/password-expired":
    case "organization/suspended":
    case "organization/deleted":
      return { is: "rule-not-met", organization: String(error.params["organization"]) };
    case "auth/suspended":
    case "not-found": {
      const person = await getCurrentAccount();
      if (person === null) return { is: "sign-in-first" };
      const { organization } = error.params;
      return typeof organization === "string"
        ? { is: "suspended", email: person.email, organization }
        : { is: "no-member", email: person.email };
    }
    case "hand-offs/unknown-panel":
      return { is: "unknown-panel", origin: visit.origin };
    case "request/invalid":
      return { is: "incomplete" };
    default:
      return { is: "failed", error };
  }
}

/** The current account; null if nobody is signed in or the request fails. */
function getCurrentAccount(): Promise<Account | null> {
  return request("GET /sessions/status").then(
    ({ body }) => body.session?.user ?? null,
    () => null,
  );
}

/** Signs out, then calls `then` even if that fails: the session may have ended already. */
export async function signOutThen(then: () => void): Promise<void> {
  await request("DELETE /sessions/current").catch(() => undefined);
  then();
}
