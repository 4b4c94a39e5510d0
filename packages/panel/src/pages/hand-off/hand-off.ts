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

/** Why the reader is still here. */
export type Outcome =
  | { readonly is: "sign-in-first" | "incomplete" | "expired" }
  | { readonly is: "left-panel"; readonly person: Person | null }
  | { readonly is: "stranger"; readonly email: string }
  | { readonly is: "suspended"; readonly email: string; readonly organization: string }
  | { readonly is: "unknown-panel"; readonly origin: string }
  | { readonly is: "failed"; readonly error: unknown };

/** Leaves for the panel, and then never answers; otherwise answers what stands in the way. */
export async function handOff({ organization, origin, state, to, outcome }: Wanted): Promise<Outcome> {
  if (outcome === "signed-out") return { is: "left-panel", person: await currentPerson() };
  if (outcome !== undefined) return { is: "expired" };
  if (organization === undefined || origin === undefined || state === undefined) return { is: "incomplete" };
  try {
    const { body } = await request("POST /organizations/:organizationId/hand-offs", {
      params: { organizationId: organization },
      body: { origin, state, ...(to === undefined ? {} : { to }) },
    });
    location.replace(body.location);
    return await new Promise<never>(() => undefined);
  } catch (error) {
    return explain(error, origin);
  }
}

async function explain(error: unknown, origin: string): Promise<Outcome> {
  if (!(error instanceof ApiProblem)) throw error;
  switch (error.code) {
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
      return { is: "unknown-panel", origin };
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
