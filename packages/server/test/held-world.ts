/** An organization in which a test takes rights away while a request is on its way. */
import type { Endpoint } from "@gatehouse/sdk/contract";
import * as contract from "@gatehouse/sdk/contract";
import type { ApiClient } from "./api-client.ts";
import { type TestApp, testOrigin } from "./create-test-app.ts";
import type { TestOrganization, TestUser } from "./factories.ts";
import type { Asked, HeldAnswer } from "./hold-body.ts";
import { invite } from "./inviting.ts";
import { jobSteps } from "./user-jobs.ts";

/** An organization with one of everything, and an owner and a key whose rights a test takes away. */
export interface World {
  readonly acme: TestOrganization;
  readonly actor: TestUser;
  readonly apiKey: { readonly apiKeyId: string; readonly key: string };
  readonly ids: Readonly<Record<string, string>>;
}

/** Makes one. */
export async function createWorld(t: TestApp): Promise<World> {
  const acme = await t.organization();
  const actor = await t.user(acme, { roles: ["owner"] });
  const apiKey = await t.apiKey(acme, { permissions: null });
  const target = await t.user(acme, { roles: ["viewer"] });
  await t.session(target);
  const { id } = await invite(t, acme, `invited-${target.userId}@example.test`);
  const job = await jobSteps(t, acme).start({ action: "suspend", users: { ids: [target.userId] } });
  await t.sql("UPDATE organizations SET panel_origins = $1 WHERE organization_id = $2", [
    ["https://panel.example.test"],
    acme.organizationId,
  ]);
  const [session] = await t.sql("SELECT session_id FROM sessions WHERE account_id = $1", [target.accountId]);
  const ids = {
    organizationId: acme.organizationId,
    userId: target.userId,
    roleId: acme.roles["call-center"],
    invitationId: id,
    sessionId: String(session?.["session_id"]),
    apiKeyId: (await t.apiKey(acme)).apiKeyId,
    jobId: job.id,
  };
  return { acme, actor, apiKey, ids };
}

/** An endpoint as it is asked for. */
export interface HeldRow {
  readonly endpoint: Endpoint;
  readonly query?: string;
  readonly body?: (world: World) => unknown;
}

/** The request for a row, by the actor or the key of a world. */
export async function asked(t: TestApp, world: World, row: HeldRow, as: "user" | "api-key"): Promise<Asked> {
  const { endpoint, query = "", body } = row;
  const session = as === "user" ? await t.session(world.actor) : "";
  const [own] = await t.sql("SELECT session_id FROM sessions WHERE account_id = $1 LIMIT 1", [
    world.actor.accountId,
  ]);
  const ids = endpoint === contract.endMySession ? { sessionId: String(own?.["session_id"]) } : world.ids;
  const path = endpoint.path.replaceAll(/:(\w+)/g, (_, name: string) => Reflect.get(ids, name) ?? name);
  return {
    method: endpoint.method,
    path: path + query,
    headers: {
      "if-match": '"1"',
      ...(as === "user"
        ? { origin: testOrigin, cookie: `gatehouse=${session}` }
        : { authorization: `Bearer ${world.apiKey.key}` }),
    },
    body: body?.(world) ?? {},
  };
}

/** The same request, in one piece. */
export async function askAtOnce(t: TestApp, { method, path, headers, body }: Asked): Promise<HeldAnswer> {
  const answer = await t.app.inject({
    method: method as "POST",
    url: `/api/v1${path}`,
    headers: { ...headers, "content-type": "application/json" },
    payload: JSON.stringify(body),
  });
  return {
    status: answer.statusCode,
    code: answer.statusCode < 400 ? null : answer.json<{ code: string }>().code,
  };
}

/** The organization's owner. */
export const byOwner = (t: TestApp, world: World): ApiClient => t.as(world.acme.owner);

/** The organization's path. */
export const here = (world: World): string => `/organizations/${world.acme.organizationId}`;

/** Removes the actor. */
export async function remove(t: TestApp, world: World): Promise<void> {
  const path = `${here(world)}/users/${world.actor.userId}`;
  const answer = await byOwner(t, world).delete(path, { "if-match": '"1"' });
  if (answer.statusCode !== 204) throw new Error(answer.body);
}

/** Revokes the key. */
export async function revoke(t: TestApp, world: World): Promise<void> {
  const answer = await byOwner(t, world).delete(`${here(world)}/api-keys/${world.apiKey.apiKeyId}`);
  if (answer.statusCode !== 204) throw new Error(answer.body);
}

/** Edits the actor as a user of the organization. */
export async function edit(t: TestApp, world: World, body: unknown): Promise<void> {
  const path = `${here(world)}/users/${world.actor.userId}`;
  const answer = await byOwner(t, world).patch(path, body, { "if-match": '"1"' });
  if (answer.statusCode !== 200) throw new Error(answer.body);
}
