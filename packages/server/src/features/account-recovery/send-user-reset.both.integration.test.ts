import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { getIfMatch } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { noMailServer, readToken } from "../../../test/recovery-links.ts";

const fresh = "seven green copper gates";

let t: TestApp;
let offline: TestApp;

beforeAll(async () => {
  t = await createTestApp();
  offline = await createTestApp({ mailer: noMailServer });
});
afterAll(async () => {
  await t.close();
  await offline.close();
});

let [acme, ada, manager]: [TestOrganization?, TestUser?, TestUser?] = [];

/** A user and a manager with the permission, in an organization of `app`. */
async function setUp(app: TestApp) {
  const acme = await app.organization("Acme");
  const ada = await app.user(acme, { name: "Ada", roles: ["viewer"] });
  const manager = await app.user(acme, { name: "Grace", roles: ["app-admin"] });
  return { acme, ada, manager };
}
beforeEach(async () => {
  ({ acme, ada, manager } = await setUp(t));
});

const pathOf = ({ organizationId, userId }: Pick<TestUser, "organizationId" | "userId">) =>
  `/organizations/${organizationId}/users/${userId}/password-reset`;
const listEvents = (app: TestApp, organizationId: string) =>
  app.sql(
    "SELECT actor_id, action, target_id FROM audit_events WHERE organization_id = $1 AND action LIKE 'users.password-reset%'",
    [organizationId],
  );

test("sends the link to the user, not to the manager, and records it", async () => {
  if (ada === undefined || manager === undefined) throw new Error("not set up");
  const response = await t.as(manager).post(pathOf(ada));
  expect([response.statusCode, response.json()]).toEqual([202, { delivery: "queued" }]);
  const token = await readToken(t, "reset", ada.email);
  expect(t.mailbox.messages.at(-1)?.text).toContain("Acme");
  expect(t.mailbox.messages.filter(({ to }) => to === manager?.email)).toEqual([]);
  expect(await listEvents(t, ada.organizationId)).toEqual([
    { actor_id: manager.userId, action: "users.password-reset-sent", target_id: ada.userId },
  ]);
  const completed = await t.anonymous.post("/password-resets/complete", { token, password: fresh });
  expect(completed.statusCode).toBe(204);
});

test("rejects an owner's reset by a manager, users without sign-in, and unknown users, and changes nothing", async () => {
  if (acme === undefined || manager === undefined) throw new Error("not set up");
  const created = await t.as(acme.owner).post(`/organizations/${acme.organizationId}/users`, {
    email: `elsewhere-${acme.organizationId}@example.test`,
    name: "Elsewhere",
    roleIds: [acme.roles.viewer],
  });
  const elsewhere = { organizationId: acme.organizationId, userId: created.json<{ id: string }>().id };
  const other = await t.organization();
  const unknown = { organizationId: acme.organizationId, userId: other.owner.userId };
  const client = t.as(manager);
  await client.get("/me");
  const before = await readDatabaseState(t);
  const codes = [];
  for (const user of [acme.owner, elsewhere, unknown])
    codes.push((await client.post(pathOf(user))).json().code);
  expect(codes).toEqual(["forbidden/grant-ceiling", "users/no-sign-in", "not-found"]);
  expect(await readDatabaseState(t)).toEqual(before);
});

test("needs the permission users:reset-credentials", async () => {
  if (acme === undefined || ada === undefined) throw new Error("not set up");
  const roleId = await t.role(acme, { name: "Editors", permissions: ["users:edit", "users:suspend"] });
  const editor = await t.user(acme, { roles: [roleId] });
  const { key } = await t.apiKey(acme, { permissions: ["users:edit"] });
  for (const client of [t.as(editor), t.withKey(key)])
    expect((await client.post(pathOf(ada))).json()).toMatchObject({ code: "forbidden/permission" });
  const allowed = await t.apiKey(acme, {
    permissions: ["users:reset-credentials", "users:view", "roles:view"],
  });
  const target = await t.user(acme, { roles: [] });
  expect((await t.withKey(allowed.key).post(pathOf(target))).statusCode).toBe(202);
});

test("throttles the eleventh email to a user", async () => {
  if (ada === undefined || manager === undefined) throw new Error("not set up");
  for (let sent = 0; sent < 10; sent += 1)
    expect((await t.as(manager).post(pathOf(ada))).statusCode).toBe(202);
  expect((await t.as(manager).post(pathOf(ada))).json()).toMatchObject({ code: "throttled" });
});

test("without a mail server gives the manager a link, once, and records it", async () => {
  const { ada, manager } = await setUp(offline);
  const response = await offline.as(manager).post(pathOf(ada));
  expect(response.statusCode).toBe(200);
  const { url, expiresAt } = response.json<{ url: string; expiresAt: string }>();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:3000\/reset#[\w-]{43}$/);
  expect(expiresAt).toBe(new Date(offline.clock.now().getTime() + 30 * 60_000).toISOString());
  expect(await listEvents(offline, ada.organizationId)).toEqual([
    { actor_id: manager.userId, action: "users.password-reset-link-created", target_id: ada.userId },
  ]);
  const [, token] = url.split("#");
  const next = (await offline.as(manager).post(pathOf(ada))).json<{ url: string }>().url.split("#")[1];
  const complete = (given: string | undefined) =>
    offline.anonymous.post("/password-resets/complete", { token: given, password: fresh });
  expect((await complete(token)).json()).toMatchObject({ code: "password-resets/expired" });
  expect((await complete(next)).statusCode).toBe(204);
});

test("without a mail server rejects accounts of several organizations, the own account, and owners", async () => {
  const { acme, ada, manager } = await setUp(offline);
  const shared = await offline.user(acme, { roles: ["viewer"] });
  await offline.user(await offline.organization(), { sameAccountAs: shared, status: "suspended" });
  const { key } = await offline.apiKey(acme, { permissions: null });
  const client = offline.as(manager);
  await client.get("/me");
  const before = await readDatabaseState(offline);
  const codes = [
    (await client.post(pathOf(shared))).json().code,
    (await client.post(pathOf(manager))).json().code,
    (await client.post(pathOf(acme.owner))).json().code,
    (await offline.withKey(key).post(pathOf(acme.owner))).json().code,
  ];
  expect(codes).toEqual([
    "forbidden/shared-account",
    "forbidden/own-account",
    "forbidden/grant-ceiling",
    "forbidden/own-account",
  ]);
  expect(await readDatabaseState(offline)).toEqual(before);

  const { url } = (await offline.as(manager).post(pathOf(ada))).json<{ url: string }>();
  await offline.user(await offline.organization(), { sameAccountAs: ada });
  const late = await offline.anonymous.post("/password-resets/complete", {
    token: url.split("#")[1],
    password: fresh,
  });
  expect(late.json()).toMatchObject({ status: 410, code: "password-resets/expired" });
});

test.each([
  [
    "the user gets more permissions",
    (acme: TestOrganization, ada: TestUser) => ({ of: ada, roleIds: [acme.roles.owner] }),
  ],
  [
    "the manager loses a role",
    (_: TestOrganization, __: TestUser, manager: TestUser) => ({ of: manager, roleIds: [] }),
  ],
])("a link without a mail server ends when %s", async (_, change) => {
  const { acme, ada, manager } = await setUp(offline);
  const { url } = (await offline.as(manager).post(pathOf(ada))).json<{ url: string }>();
  const { of: changed, roleIds } = change(acme, ada, manager);
  const owner = offline.as(acme.owner);
  const path = `/organizations/${acme.organizationId}/users/${changed.userId}`;
  expect((await owner.patch(path, { roleIds }, await getIfMatch(owner, path))).statusCode).toBe(200);
  const before = await readDatabaseState(offline);
  const response = await offline.anonymous.post("/password-resets/complete", {
    token: url.split("#")[1],
    password: fresh,
  });
  expect(response.json()).toMatchObject({ status: 410, code: "password-resets/expired" });
  expect(await readDatabaseState(offline)).toEqual(before);
});

test("without a mail server anybody's request gets the same response, and no link", async () => {
  const { ada } = await setUp(offline);
  for (const email of [ada.email, "nobody@example.test"]) {
    const response = await offline.anonymous.post("/password-resets", { email });
    expect([response.statusCode, response.body]).toEqual([202, "{}"]);
  }
  await offline.drainOutbox();
});
