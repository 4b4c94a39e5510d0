/** @gatehouse/sdk with a listening server. */
import type { OwnPermission } from "@gatehouse/access/catalogue";
import { type ExamplePermission, exampleCatalogue } from "@gatehouse/access/example";
import { createGatehouse, type Gatehouse, type GatehouseError } from "@gatehouse/sdk";
import { createClient } from "@gatehouse/sdk/client";
import Fastify from "fastify";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { createTestApp, type TestApp } from "./create-test-app.ts";
import type { TestOrganization, TestUser } from "./factories.ts";
import { type StreamProxy, startStreamProxy } from "./http-proxies.ts";

let t: TestApp;
let acme: TestOrganization;
let base: string;
let proxy: StreamProxy;
const open: { close(): void }[] = [];

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  base = await t.app.listen({ port: 0, host: "127.0.0.1" });
  proxy = await startStreamProxy(base);
});
afterEach(async () => {
  for (const one of open.splice(0)) one.close();
  proxy.reset();
});
afterAll(async () => {
  await proxy.close();
  await t.close();
});

async function connect(
  options: { url?: string; maxStaleness?: number; apiKey?: string; organizationId?: string } = {},
): Promise<Gatehouse<ExamplePermission | OwnPermission>> {
  const { url = base, maxStaleness = 2_000 } = options;
  const apiKey = options.apiKey ?? (await t.apiKey(acme, { permissions: ["users:view", "roles:view"] })).key;
  const gatehouse = createGatehouse({
    organizationId: options.organizationId, // without one, the key's
    url,
    apiKey,
    permissions: exampleCatalogue,
    maxStaleness,
  });
  open.push(gatehouse);
  return gatehouse;
}

const userPath = ({ userId }: TestUser) => `/organizations/${acme.organizationId}/users/${userId}`;

async function setRoles(user: TestUser, roleIds: readonly string[]): Promise<void> {
  const { headers } = await t.as(acme.owner).get(userPath(user));
  const ifMatch = { "if-match": String(headers["etag"]) };
  const response = await t.as(acme.owner).patch(userPath(user), { roleIds }, ifMatch);
  expect(response.statusCode).toBe(200);
}

const soon = (condition: () => boolean) => expect.poll(condition, { timeout: 4_000, interval: 5 }).toBe(true);

test("gives the same results as the server", async () => {
  const approver = await t.user(acme, { roles: ["campaign-approver"] });
  const viewer = await t.user(acme, { roles: ["viewer"] });
  const gatehouse = await connect();
  await gatehouse.ready();
  expect(gatehouse.can(approver.userId, "campaigns:approve")).toBe(true);
  expect(gatehouse.can(viewer.userId, "campaigns:approve")).toBe(false);
  expect(gatehouse.can(viewer.userId, "campaigns:view")).toBe(true);
  expect(gatehouse.can("nobody", "campaigns:view")).toBe(false);
  expect(() => gatehouse.can(viewer.userId, "campaigns:aprove" as "campaigns:approve")).toThrow(
    "campaigns:approve",
  );
  const why = await t.as(acme.owner).get(`${userPath(approver)}/permissions`);
  const [path] = gatehouse.explain(approver.userId, "campaigns:approve").because;
  const same = why
    .json()
    .items.find(({ permission }: { permission: string }) => permission === "campaigns:approve");
  expect(JSON.parse(JSON.stringify(path))).toEqual(same.because[0]);
  const names = why.json().items.map(({ permission }: { permission: string }) => permission);
  expect(gatehouse.permissionsOf(approver.userId)).toEqual(names);
  expect([...gatehouse.usersWith("campaigns:approve")].toSorted()).toEqual(
    [approver.userId, acme.owner.userId].toSorted(),
  );
  expect(gatehouse.missingOnServer()).toEqual([]);
});

test("follows changes of roles, grants and users", async () => {
  const person = await t.user(acme, { roles: [] });
  const roleId = await t.role(acme, { name: "Approves", permissions: ["campaigns:approve"] });
  const gatehouse = await connect();
  await gatehouse.ready();
  const canApprove = () => gatehouse.can(person.userId, "campaigns:approve");
  const rolePath = `/organizations/${acme.organizationId}/roles/${roleId}`;
  const readVersion = async (path: string) => ({
    "if-match": String((await t.as(acme.owner).get(path)).headers["etag"]),
  });
  expect(canApprove()).toBe(false);
  await setRoles(person, [roleId]);
  await soon(canApprove);
  await t.as(acme.owner).patch(rolePath, { permissions: [] }, await readVersion(rolePath));
  await soon(() => !canApprove());
  await t.as(acme.owner).patch(rolePath, { permissions: ["campaigns:approve"] }, await readVersion(rolePath));
  await soon(canApprove);
  await t
    .as(acme.owner)
    .patch(userPath(person), { status: "suspended" }, await readVersion(userPath(person)));
  await soon(() => !canApprove());
  await t.as(acme.owner).patch(userPath(person), { status: "active" }, await readVersion(userPath(person)));
  await soon(canApprove);
  const into = `?replacement=${acme.roles.viewer}`;
  await t.as(acme.owner).delete(`${rolePath}${into}`, await readVersion(rolePath));
  await soon(() => !canApprove());
  expect(gatehouse.can(person.userId, "campaigns:view")).toBe(true);
  await t.as(acme.owner).delete(userPath(person), await readVersion(userPath(person)));
  await soon(() => !gatehouse.can(person.userId, "campaigns:view"));
});

test("a grant expires by the server's clock, also without a connection", async () => {
  const person = await t.user(acme, { roles: ["campaign-approver"] });
  const endsAt = new Date(t.clock.now().getTime() + 900);
  await t.sql("UPDATE user_roles SET expires_at = $3 WHERE organization_id = $1 AND user_id = $2", [
    acme.organizationId,
    person.userId,
    endsAt,
  ]);
  const gatehouse = await connect({ maxStaleness: 60_000 });
  await gatehouse.ready();
  expect(gatehouse.can(person.userId, "campaigns:approve")).toBe(true);
  expect(gatehouse.explain(person.userId, "campaigns:approve").because[0]?.expiresAt).toEqual(endsAt);
  proxy.cut();
  await soon(() => !gatehouse.can(person.userId, "campaigns:approve"));
  expect(gatehouse.status().isFresh).toBe(true);
});

/** Short, because the replicas are watched for a multiple of it. */
const shortStaleness = 500;

test.each([
  ["cut", () => proxy.cut()],
  ["truncated", () => proxy.truncate()],
  ["stalled", () => proxy.stall()],
  ["delayed", () => proxy.delay(3 * shortStaleness)],
] as const)(
  "a stream that is %s: allows nothing after maxStaleness, and recovers afterwards",
  async (_, disturb) => {
    const person = await t.user(acme, { roles: ["campaign-approver"] });
    const maxStaleness = shortStaleness;
    const gatehouse = await connect({ url: proxy.url, maxStaleness });
    await gatehouse.ready();
    await soon(() => gatehouse.can(person.userId, "campaigns:approve"));
    disturb();
    await setRoles(person, []);
    const revokedAt = performance.now();
    let lastYes = 0;
    while (performance.now() - revokedAt < 4 * maxStaleness) {
      const askedAt = performance.now();
      if (gatehouse.can(person.userId, "campaigns:approve")) lastYes = askedAt - revokedAt;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(lastYes).toBeLessThanOrEqual(maxStaleness);
    proxy.reset();
    await soon(() => gatehouse.status().isFresh && gatehouse.can(acme.owner.userId, "campaigns:approve"));
    expect(gatehouse.can(person.userId, "campaigns:approve")).toBe(false);
  },
  20_000,
);

test("check() uses the server while the stream is cut, and denies without a server", async () => {
  const person = await t.user(acme, { roles: ["campaign-approver"] });
  const gatehouse = await connect({ url: proxy.url, maxStaleness: 500 });
  await gatehouse.ready();
  proxy.cutStreams();
  await soon(() => !gatehouse.can(person.userId, "campaigns:approve"));
  expect(await gatehouse.check(person.userId, "campaigns:approve")).toBe(true);
  await setRoles(person, []);
  expect(await gatehouse.check(person.userId, "campaigns:approve")).toBe(false);
  expect(await gatehouse.check(acme.owner.userId, "campaigns:approve")).toBe(true);
  proxy.cut();
  expect(await gatehouse.check(acme.owner.userId, "campaigns:approve")).toBe(false);
  gatehouse.close();
  expect(await gatehouse.check(acme.owner.userId, "campaigns:approve")).toBe(false);
});

test("denies after the clock was changed, also in a burst of checks", async () => {
  const gatehouse = await connect({ maxStaleness: 2_000 });
  await gatehouse.ready();
  const canApprove = () => gatehouse.can(acme.owner.userId, "campaigns:approve");
  await soon(canApprove);
  const wall = Date.now();
  const clock = vi.spyOn(Date, "now").mockReturnValue(wall + 3_600_000);
  expect(canApprove()).toBe(false);
  clock.mockReturnValue(wall - 3_600_000);
  await soon(canApprove);
  clock.mockRestore();
  gatehouse.close();
  expect(canApprove()).toBe(false);
});

test("accepts an organization id in upper case", async () => {
  const organizationId = acme.organizationId.toUpperCase();
  const gatehouse = await connect({ organizationId, url: proxy.url, maxStaleness: 500 });
  await gatehouse.ready();
  expect(gatehouse.can(acme.owner.userId, "campaigns:approve")).toBe(true);
  proxy.cutStreams();
  await soon(() => !gatehouse.can(acme.owner.userId, "campaigns:approve"));
  expect(await gatehouse.check(acme.owner.userId, "campaigns:approve")).toBe(true);
});

test("reports rejected API keys by code", async () => {
  const { apiKeyId, key } = await t.apiKey(acme, { permissions: ["users:view", "roles:view"] });
  const gatehouse = await connect({ apiKey: key, maxStaleness: 1_000 });
  await gatehouse.ready();
  await t.as(acme.owner).delete(`/organizations/${acme.organizationId}/api-keys/${apiKeyId}`);
  await expect.poll(() => gatehouse.can(acme.owner.userId, "campaigns:view"), { timeout: 8_000 }).toBe(false);
  const readErrorCode = async (options: Parameters<typeof connect>[0]) =>
    (await connect(options)).ready().catch((error: unknown) => (error as GatehouseError).code);
  expect(await readErrorCode({ apiKey: key })).toBe("auth/revoked-key");
  expect(await readErrorCode({ apiKey: "ghk_rubbish", organizationId: acme.organizationId })).toBe(
    "auth/invalid-key",
  );
  const narrow = await t.apiKey(acme, { permissions: ["users:view"] });
  expect(await readErrorCode({ apiKey: narrow.key })).toBe("forbidden/permission");
});

test("notifies listeners once when the replica becomes stale, and when it recovers", async () => {
  const approver = await t.user(acme, { roles: ["campaign-approver"] });
  const gatehouse = await connect({ url: proxy.url, maxStaleness: 600 });
  await gatehouse.ready();
  const notifications: boolean[] = [];
  gatehouse.onChange(() => notifications.push(gatehouse.can(approver.userId, "campaigns:approve")));
  proxy.cut();
  await soon(() => notifications.includes(false));
  expect(notifications.filter((response) => !response)).toEqual([false]);
  proxy.reset();
  await soon(() => notifications.at(-1) === true);
});

test("a guard authenticates, then authorizes, and responds with problem details", async () => {
  const person = await t.user(acme, { roles: ["viewer"], name: "Işıl Çağlar" });
  const gatehouse = await connect({ url: proxy.url });
  await gatehouse.ready();
  const app = Fastify();
  const who = async (request: object) => gatehouse.fastify.userOf(request);
  app.get("/campaigns", gatehouse.fastify.require("campaigns:view"), who);
  app.post("/approve", gatehouse.fastify.require("campaigns:approve"), who);
  const send = async (method: "GET" | "POST", url: string, cookie: string) => {
    const response = await app.inject({ method, url, headers: { cookie } });
    return { status: response.statusCode, type: response.headers["content-type"], body: response.json() };
  };
  const cookie = `theme=dark; gatehouse=${await t.session(person)}`;
  expect(await send("GET", "/campaigns", cookie)).toMatchObject({
    status: 200,
    body: { id: person.userId, accountId: person.accountId, name: "Işıl Çağlar", email: person.email },
  });
  const type = expect.stringMatching(/^application\/problem\+json/);
  expect(await send("POST", "/approve", cookie)).toMatchObject({
    status: 403,
    type,
    body: { status: 403, code: "forbidden/permission", permission: "campaigns:approve" },
  });
  for (const none of ["", "gatehouse=", "gatehouse=rubbish"])
    expect(await send("GET", "/campaigns", none)).toMatchObject({
      status: 401,
      type,
      body: { code: "auth/required" },
    });
  proxy.cut(); // the session is kept for at most maxStaleness
  await expect
    .poll(() => send("GET", "/campaigns", cookie), { timeout: 4_000 })
    .toMatchObject({ status: 503, type, body: { code: "gatehouse/unreachable" } });
  await app.close();
});

test("the client reads, edits with If-Match, and throws errors with codes", async () => {
  const person = await t.user(acme, { roles: ["viewer"] });
  const { key } = await t.apiKey(acme, { permissions: null });
  const client = createClient({ url: base, apiKey: key });
  const params = { userId: person.userId };
  const { body, etag } = await client.getUser({ params });
  expect(body).toMatchObject({ id: person.userId, name: person.name });
  const ifMatch = etag ?? "";
  const edited = await client.editUser({ params, body: { name: "Ada Lovelace" }, ifMatch });
  expect(edited.body).toMatchObject({ name: "Ada Lovelace" });
  const late = await client.editUser({ params, body: { name: "Late" }, ifMatch }).catch((error) => error);
  expect(late).toMatchObject({ name: "GatehouseError", code: "precondition/failed", status: 412 });
  const list = await client.listUsers({ query: { query: "lovelace" } });
  expect(list.body.items.map(({ id }) => id)).toEqual([person.userId]);
  const file = await client.exportUsers();
  expect(await file.text()).toContain("Ada Lovelace");
  const { organizationId } = await t.organization();
  expect(await client.listUsers({ params: { organizationId } }).catch((error) => error)).toMatchObject({
    code: "not-found",
  });
});
