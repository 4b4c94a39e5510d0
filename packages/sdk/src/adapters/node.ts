/** Converts between Node's requests and responses (Fastify, Express) and those of the Fetch standard. */
import type { GatehouseUser } from "./authorize.ts";
import type { SignIn } from "./sign-in.ts";

/** The used part of Node's request. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** A response that can be written to Node's. */
export interface NodeResponse {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string | string[]])[];
  readonly body: string;
}

/** A request that a guard authorized. */
interface GuardedRequest {
  gatehouseUser?: GatehouseUser;
}

/** Stores the authorized user on the request. */
export function attachUser(request: object, user: GatehouseUser): void {
  (request as GuardedRequest).gatehouseUser = user;
}

/** The authorized user. @throws Error on a route without a guard */
export function userOf({ gatehouseUser }: GuardedRequest): GatehouseUser {
  if (gatehouseUser === undefined) throw new Error("This route has no guard. Add one.");
  return gatehouseUser;
}

/** Handles a sign-in request; null for other requests. It is called for every request of the panel, and never reads a body. */
export async function handleSignIn(
  signIn: SignIn,
  { method = "GET", url = "/", headers }: NodeRequest,
): Promise<NodeResponse | null> {
  if (!url.startsWith("/gatehouse/") || (method !== "GET" && method !== "POST")) return null;
  const forwarded = new Headers();
  for (const name of ["accept", "cookie", "origin"]) forwarded.set(name, String(headers[name] ?? ""));
  const response = await signIn(new Request(`http://panel.invalid${url}`, { method, headers: forwarded }));
  if (response === null) return null;
  const headersWithoutCookies = [...response.headers].filter(([name]) => name !== "set-cookie");
  return {
    status: response.status,
    headers: [...headersWithoutCookies, ["set-cookie", response.headers.getSetCookie()]],
    body: await response.text(),
  };
}
