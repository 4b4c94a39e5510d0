/** Node's requests and answers, as Fastify and Express have them, in the form of the Fetch standard. */
import type { GatehouseUser } from "../guard.ts";
import type { SignIn } from "../sign-in.ts";

/** As much of Node's request as is used here. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** An answer, ready to be written. */
export interface NodeAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string | string[]])[];
  readonly body: string;
}

/** A request that a guard let through. */
interface GuardedRequest {
  gatehouseUser?: GatehouseUser;
}

/** Notes whom a guard let through. */
export function noteUser(request: object, user: GatehouseUser): void {
  (request as GuardedRequest).gatehouseUser = user;
}

/** Whom a guard let through. */
export function userOf({ gatehouseUser }: GuardedRequest): GatehouseUser {
  if (gatehouseUser === undefined) throw new Error("No guard stands in front of this route. Add one.");
  return gatehouseUser;
}

/** What signing in answers to a request, or null for one that isn't about it: every request of the panel comes by. No body is read. */
export async function answerSignIn(
  signIn: SignIn,
  { method = "GET", url = "/", headers }: NodeRequest,
): Promise<NodeAnswer | null> {
  if (!url.startsWith("/gatehouse/") || (method !== "GET" && method !== "POST")) return null;
  const passed = new Headers();
  for (const name of ["accept", "cookie", "origin"]) passed.set(name, String(headers[name] ?? ""));
  const answer = await signIn(new Request(`http://panel.invalid${url}`, { method, headers: passed }));
  if (answer === null) return null;
  const plain = [...answer.headers].filter(([name]) => name !== "set-cookie");
  return {
    status: answer.status,
    headers: [...plain, ["set-cookie", answer.headers.getSetCookie()]],
    body: await answer.text(),
  };
}
