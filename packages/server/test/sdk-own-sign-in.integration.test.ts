/** @gatehouse/sdk in a panel with its own sign-in, and the requests that guards send. */
import { exampleCatalogue } from "@gatehouse/access/example";
import { createGatehouse } from "@gatehouse/sdk";
import Fastify from "fastify";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "./create-test-app.ts";
import type { TestOrganization } from "./factories.ts";

let t: TestApp;
let acme: TestOrganization;
let base: string;
let apiKey: string;
let requests: string[];
let users = 0;
const open: { close(): unknown }[] = [];

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  base = await t.app.listen({ port: 0, host: "127.0.0.1" });
  apiKey = (await t.apiKey(acme, { permissions: ["users:view", "roles:view"] })).key;
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});
afterAll(() => t.close());

type Identify = Parameters<typeof createGatehouse>[0]["identify"];

function connect(identify?: Identify) {
  requests = [];
  const gatehouse = createGatehouse({
    url: base,
    apiKey,
    permissions: exampleCatalogue,
    maxStaleness: 60_000,
    ...(identify === undefined ? {} : { identify }),
    fetch: (input, init) => {
      requests.push(String(input instanceof Request ? input.url : input));
      return fetch(input, init);
    },
  });
  open.push(gatehouse);
  return gatehouse;
}

const countIntrospections = () => requests.filter((url) => url.includes("introspect")).length;
const soon = (condition: () => boolean | Promise<boolean>) =>
  expect.poll(condition, { timeout: 20_000, interval: 5 }).toBe(true);

async function putUser(externalId: string, roleIds: readonly string[]): Promise<string> {
  const response = await t
    .as(acme.owner)
    .put(`/organizations/${acme.organizationId}/users/by-external-id/${encodeURIComponent(externalId)}`, {
      email: `own-${++users}@example.test`,
      name: externalId,
      roleIds,
    });
  expect(response.statusCode, response.body).toBeLessThan(300);
  return response.json<{ id: string }>().id;
}

test("checks users by the panel's own ids, and follows an id that another user gets", async () => {
  const externalId = "crm/7 ı";
  const id = await putUser(externalId, [acme.roles["campaign-approver"]]);
  const gatehouse = connect();
  expect(gatehouse.can({ externalId }, "campaigns:approve")).toBe(false);
  expect(await gatehouse.check({ externalId }, "campaigns:approve")).toBe(true);
  await gatehouse.ready();
  expect(gatehouse.can({ externalId }, "campaigns:approve")).toBe(true);
  expect(gatehouse.can({ externalId: "crm/8" }, "campaigns:approve")).toBe(false);
  expect(gatehouse.can({ externalId: "" }, "campaigns:approve")).toBe(false);
  expect(gatehouse.can({ externalId: id }, "campaigns:approve")).toBe(false);
  expect(gatehouse.permissionsOf({ externalId })).toEqual(gatehouse.permissionsOf(id));

  const path = `/organizations/${acme.organizationId}/users/${id}`;
  const { headers } = await t.as(acme.owner).get(path);
  await t.as(acme.owner).patch(path, { externalId: "crm/8" }, { "if-match": String(headers["etag"]) });
  await soon(() => gatehouse.can({ externalId: "crm/8" }, "campaigns:approve"));
  expect(gatehouse.can({ externalId }, "campaigns:approve")).toBe(false);
  await putUser(externalId, [acme.roles.viewer]);
  await soon(() => gatehouse.can({ externalId }, "campaigns:view"));
  expect(gatehouse.can({ externalId }, "campaigns:approve")).toBe(false);
});

test("guards a route by the panel's own sign-in without any request", async () => {
  const id = await putUser("own-1", [acme.roles.viewer]);
  const gatehouse = connect((request) => {
    const externalId = (request.headers as Readonly<Record<string, string | undefined>>)["x-own-user"];
    return externalId === undefined ? null : { externalId };
  });
  await gatehouse.ready();
  const app = Fastify();
  open.push(app);
  app.get("/view", gatehouse.fastify.require("campaigns:view"), (request) =>
    gatehouse.fastify.userOf(request),
  );
  app.get("/approve", gatehouse.fastify.require("campaigns:approve"), () => ({}));
  const before = requests.length;
  const seen = await app.inject({ url: "/view", headers: { "x-own-user": "own-1" } });
  expect([seen.statusCode, seen.json()]).toEqual([200, { id, externalId: "own-1" }]);
  const readStatus = async (url: string, headers = {}) => (await app.inject({ url, headers })).statusCode;
  expect(await readStatus("/approve", { "x-own-user": "own-1" })).toBe(403);
  expect(await readStatus("/view", { "x-own-user": "own-2" })).toBe(403);
  expect(await readStatus("/view")).toBe(401);
  expect(requests).toHaveLength(before);
});

test("asks about a session once for many calls, and forgets it at once when it ends", async () => {
  const person = await t.user(acme, { roles: ["viewer"] });
  const gatehouse = connect();
  await gatehouse.ready();
  const request = { headers: { cookie: `gatehouse=${await t.session(person)}` } };
  for (let call = 0; call < 50; call++) expect((await gatehouse.userFrom(request))?.id).toBe(person.userId);
  expect(countIntrospections()).toBe(1);
  const owner = t.as(acme.owner);
  await owner.delete(`/organizations/${acme.organizationId}/users/${person.userId}/sessions`);
  await soon(async () => (await gatehouse.userFrom(request)) === null);
});
