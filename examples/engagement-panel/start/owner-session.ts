/** Gatehouse's API with a user's session: set-up acts as a signed-in owner, because API keys can't manage API keys. */
import { createClient, type GatehouseClient } from "@gatehouse/sdk/client";

/** Signs in and returns a client with that session. @throws Error */
export async function signInAs(
  url: string,
  organizationId: string,
  email: string,
  password: string,
): Promise<GatehouseClient> {
  const cookie = await openSession(url, "/sessions", { email, password });
  const fetchWithSession: typeof fetch = (to, init) => {
    const headers = new Headers(init?.headers);
    headers.delete("authorization");
    headers.set("cookie", cookie);
    headers.set("origin", url);
    return fetch(to, { ...init, headers });
  };
  return createClient({ url, apiKey: "replaced by the cookie", organizationId, fetch: fetchWithSession });
}

/** Accepts an invitation link. @throws Error */
export async function acceptInvitation(
  url: string,
  link: string,
  name: string,
  password: string,
): Promise<void> {
  const token = new URL(link).hash.slice(1);
  await openSession(url, "/invitations/accept", { token, name, password });
}

async function openSession(url: string, path: string, body: object): Promise<string> {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path} failed: ${await answer.text()}`);
  return answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
}
