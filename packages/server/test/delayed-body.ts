/** Requests whose body arrives late, so that a test can revoke access after authentication. */

import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import type { Endpoint } from "@gatehouse/sdk/contract";
import * as contract from "@gatehouse/sdk/contract";
import { vi } from "vitest";
import type { ApiClient } from "./api-client.ts";
import { createBulkJobSteps } from "./bulk-jobs.ts";
import { type TestApp, testOrigin } from "./create-test-app.ts";
import type { TestOrganization, TestUser } from "./factories.ts";
import { invite } from "./invitations.ts";

/** An organization with one resource of each kind, and an owner and a key whose access a test revokes. */
export interface Scenario {
  readonly acme: TestOrganization;
  readonly actor: TestUser;
  readonly apiKey: { readonly apiKeyId: string; readonly key: string };
  readonly ids: Readonly<Record<string, string>>;
}

/** Creates a scenario. */
export async function createScenario(t: TestApp): Promise<Scenario> {
  const acme = await t.organization();
  const actor = await t.user(acme, { roles: ["owner"] });
  const apiKey = await t.apiKey(acme, { permissions: null });
  const target = await t.user(acme, { roles: ["viewer"] });
  await t.session(target);
  const { id } = await invite(t, acme, `invited-${target.userId}@example.test`);
  const job = await createBulkJobSteps(t, acme).start({ action: "suspend", users: { ids: [target.userId] } });
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

/** What a request needs that belongs to its actor or session. */
interface OwnParts {
  readonly ids?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A request to an endpoint. */
export interface EndpointCase {
  readonly endpoint: Endpoint;
  readonly query?: string;
  readonly body?: (scenario: Scenario) => unknown;
  /** What the request of the scenario's actor needs. */
  readonly prepare?: (t: TestApp, scenario: Scenario) => Promise<unknown>;
  /** What the request contains that belongs to its actor or session. */
  readonly own?: (
    t: TestApp,
    actor: TestUser,
    sessionId: string,
    by: { readonly scenario: Scenario; readonly as: "user" | "api-key" },
  ) => Promise<OwnParts>;
}

/** Builds a request by the scenario's actor or key. */
export async function buildRequest(
  t: TestApp,
  scenario: Scenario,
  row: EndpointCase,
  as: "user" | "api-key",
): Promise<TestRequest> {
  const { endpoint, query = "", body } = row;
  const session = as === "user" ? await t.session(scenario.actor) : "";
  await row.prepare?.(t, scenario);
  const [own] = await t.sql(
    "SELECT session_id FROM sessions WHERE account_id = $1 ORDER BY session_id DESC LIMIT 1",
    [scenario.actor.accountId],
  );
  const sessionId = String(own?.["session_id"]);
  const parts = await row.own?.(t, scenario.actor, sessionId, { scenario, as });
  const ids = endpoint === contract.endMySession ? { sessionId } : (parts?.ids ?? scenario.ids);
  const path = endpoint.path.replaceAll(/:(\w+)/g, (_, name: string) => Reflect.get(ids, name) ?? name);
  return {
    method: endpoint.method,
    path: path + query,
    headers: {
      "if-match": '"1"',
      ...(as === "user"
        ? { origin: testOrigin, cookie: `gatehouse=${session}` }
        : { authorization: `Bearer ${scenario.apiKey.key}` }),
    },
    body: parts?.body ?? body?.(scenario) ?? {},
  };
}

/** Sends a request at once. */
export async function sendRequest(
  t: TestApp,
  { method, path, headers, body }: TestRequest,
): Promise<TestResponse> {
  const response = await t.app.inject({
    method: method as "POST",
    url: `/api/v1${path}`,
    headers: { ...headers, "content-type": "application/json" },
    payload: JSON.stringify(body),
  });
  return {
    status: response.statusCode,
    code: response.statusCode < 400 ? null : response.json<{ code: string }>().code,
  };
}

/** A client of the organization's owner. */
export const asOwner = (t: TestApp, scenario: Scenario): ApiClient => t.as(scenario.acme.owner);

/** The organization's path. */
export const organizationPath = (scenario: Scenario): string =>
  `/organizations/${scenario.acme.organizationId}`;

/** Removes the actor. */
export async function removeActor(t: TestApp, scenario: Scenario): Promise<void> {
  const path = `${organizationPath(scenario)}/users/${scenario.actor.userId}`;
  const response = await asOwner(t, scenario).delete(path, { "if-match": '"1"' });
  if (response.statusCode !== 204) throw new Error(response.body);
}

/** Revokes the key. */
export async function revokeKey(t: TestApp, scenario: Scenario): Promise<void> {
  const response = await asOwner(t, scenario).delete(
    `${organizationPath(scenario)}/api-keys/${scenario.apiKey.apiKeyId}`,
  );
  if (response.statusCode !== 204) throw new Error(response.body);
}

/** Edits the actor as a user of the organization. */
export async function editActor(t: TestApp, scenario: Scenario, body: unknown): Promise<void> {
  const path = `${organizationPath(scenario)}/users/${scenario.actor.userId}`;
  const response = await asOwner(t, scenario).patch(path, body, { "if-match": '"1"' });
  if (response.statusCode !== 200) throw new Error(response.body);
}

/** A request. */
export interface TestRequest {
  readonly method: string;
  /** Below `/api/v1`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A response. */
export interface TestResponse {
  readonly status: number;
  /** Error code; null for a success. */
  readonly code: string | null;
}

/** Sends the headers over a socket and resolves when the server waits for the body, after authentication. */
export async function sendHeaders(
  t: Pick<TestApp, "app">,
  { method, path, headers, body = {} }: TestRequest,
): Promise<{ readonly sendBody: () => Promise<TestResponse> }> {
  const port = await listenOnPort(t);
  const payload = JSON.stringify(body);
  const requestId = randomUUID();
  let receivedRequest: IncomingMessage | null = null;
  const notice = (request: IncomingMessage) => {
    if (request.headers["x-mark"] === requestId) receivedRequest = request;
  };
  t.app.server.on("request", notice);
  const socket = connect(port, "127.0.0.1");
  const response = text(socket);
  const lines = Object.entries({
    host: `127.0.0.1:${port}`,
    connection: "close",
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(payload)),
    "x-mark": requestId,
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`${method} /api/v1${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
  await vi.waitFor(
    () => {
      if ((receivedRequest?.listenerCount("data") ?? 0) === 0)
        throw new Error("The server isn't reading the body yet.");
    },
    { timeout: 30_000, interval: 5 },
  );
  t.app.server.off("request", notice);
  return {
    sendBody: async () => {
      socket.write(payload);
      return parseResponse(await response);
    },
  };
}

async function listenOnPort({ app }: Pick<TestApp, "app">): Promise<number> {
  if (!app.server.listening) await app.listen({ port: 0, host: "127.0.0.1" });
  const address = app.server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return address.port;
}

function parseResponse(response: string): TestResponse {
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(response)?.[1]);
  const code = /"code":"([^"]+)"/.exec(response)?.[1] ?? null;
  return { status, code: status < 400 ? null : code };
}
