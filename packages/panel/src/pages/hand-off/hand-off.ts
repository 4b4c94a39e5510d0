/** Hands somebody off to a panel on another host. */
import type { SessionView } from "@gatehouse/sdk/contract";
import { ApiProblem } from "../../app/api/problem.ts";
import { request } from "../../app/api/request.ts";

/** What the panel's sign-in sent along; `outcome` where the way there has ended. */
export interface Wanted {
  readonly organization: string | undefined;
  readonly origin: string | undefined;
  readonly state: string | undefined;
  readonly to: string | undefined;
  readonly outcome: string | undefined;
}

type Person = SessionView["user"];

/** What the panel's sign-in has to send along. */
export interface Visit {
  readonly organization: string;
  readonly origin: string;
  readonly state: string;
  readonly to: string | undefined;
}

/** Why the reader is still here. */
export type Outcome =
  | { readonly is: "sign-in-first" | "incomplete" | "expired" }
  | { readonly is: "left-panel"; readonly person: Person | null }
  | { readonly is: "first-visit"; readonly person: Person; readonly visit: Visit }
  | { readonly is: "stranger"; readonly email: string }
  | { readonly is: "suspended"; readonly email: string; readonly organization: string }
  | { readonly is: "unknown-panel"; readonly origin: string }
  | { readonly is: "failed"; readonly error: unknown };

/** Leaves for the panel, and then never answers; otherwise answers what stands in the way. */
export async function handOff({ organization, origin, state, to, outcome }: Wanted): Promise<Outcome> {
  if (outcome === "signed-out") return { is: "left-panel", person: await currentPerson() };
  if (outcome !== undefined) return { is: "expired" };
  if (organization === undefined || origin === undefined || state === undefined) return { is: "incomplete" };
  const visit = { organization, origin, state, to };
  return goOn(visit, {}).catch((error: unknown) => explain(error, visit));
}

/**
 * Leaves for the panel, and then never answers. `consent` says that the person has agreed that the panel learns who they are.
 * @throws ApiProblem
 */
export async function goOn(
  { organization, origin, state, to }: Visit,
  consent: { readonly consent?: true },
): Promise<never> {
  const { body } = await request("POST /organizations/:organizationId/hand-offs", {
    params: { organizationId: organization },
    body: { origin, state, ...consent, ...(to === undefined ? {} : { to }) },
  });
  location.replace(body.location);
  return new Promise<never>(() => undefined);
}

async function explain(error: unknown, visit: Visit): Promise<Outcome> {
  if (!(error instanceof ApiProblem)) throw error;
  switch (error.code) {
    case "hand-offs/consent-required": {
      const person = await currentPerson();
      return person === null ? { is: "sign-in-first" } : { is: "first-visit", person, visit };
    }
    case "auth/required":
      return { is: "sign-in-first" };
    case "auth/suspended":
    case "not-found": {
      const person = await currentPerson();
      if (person === null) return { is: "sign-in-first" };
      const { organization } = error.params;
      return typeof organization === "string"
        ? { is: "suspended", email: person.email, organization }
        : { is: "stranger", email: person.email };
    }
    case "hand-offs/unknown-panel":
      return { is: "unknown-panel", origin: visit.origin };
    case "request/invalid":
      return { is: "incomplete" };
    default:
      return { is: "failed", error };
  }
}

/** Who is signed in here; null for nobody, and when that can't be found out. */
function currentPerson(): Promise<Person | null> {
  return request("GET /sessions/status").then(
    ({ body }) => body.session?.user ?? null,
    () => null,
  );
}
