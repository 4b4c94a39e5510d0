import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";

let t: TestApp;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());

test("returns the account and its permissions in each organization, in name order", async () => {
  const [zebra, acme, suspended] = [
    await t.organization("Zebra"),
    await t.organization("Acme"),
    await t.organization("Gone"),
  ];
  const ada = await t.user(zebra, { name: "Ada", roles: ["viewer"] });
  await t.user(acme, { sameAccountAs: ada, roles: ["owner"] });
  await t.user(suspended, { sameAccountAs: ada, roles: ["owner"], status: "suspended" });
  const me = (await t.as(ada).get("/me")).json();
  expect(me).toMatchObject({
    account: { id: ada.accountId, name: "Ada", email: ada.email, language: "en" },
    organizations: [
      { name: "Acme", status: "active", roles: [{ name: "Owner" }], isOwner: true },
      { name: "Gone", status: "suspended", roles: [{ name: "Owner" }], permissions: [], isOwner: false },
      { name: "Zebra", status: "active", roles: [{ name: "Viewer" }], isOwner: false },
    ],
    mail: "smtp",
  });
  const [everything, , some] = me.organizations;
  expect(everything.permissions).toContain("roles:edit");
  expect(some.permissions).toContain("users:view");
  expect(some.permissions).not.toContain("roles:edit");
  expect(everything.permissions.length).toBeGreaterThan(some.permissions.length);
});

test("grants no permissions in an organization without a user of the account", async () => {
  const ada = await t.user(await t.organization(), { roles: [] });
  expect((await t.as(ada).get("/me")).json()).toMatchObject({
    organizations: [{ roles: [], permissions: [] }],
  });
  const nobody = await t.user(await t.organization());
  await t.sql("DELETE FROM users WHERE user_id = $1", [nobody.userId]);
  expect((await t.as(nobody).get("/me")).json()).toMatchObject({ organizations: [] });
});

test("names up to three active people who assign roles to a user without one, the inviter first", async () => {
  const acme = await t.organization();
  const assigns = await t.role(acme, { name: "Assigns", permissions: ["roles:assign"] });
  const [manager, suspended] = [
    await t.user(acme, { name: "Manager", roles: [assigns] }),
    await t.user(acme, { name: "Suspended", roles: [assigns], status: "suspended" }),
  ];
  await t.user(acme, { name: "Viewer", roles: ["viewer"] });
  const former = await t.user(acme, { name: "Former", roles: [assigns] });
  await t.sql("UPDATE user_roles SET expires_at = $1 WHERE user_id = $2", [t.clock.now(), former.userId]);
  const ada = await t.user(acme, { roles: [] });
  await t.sql(
    "UPDATE users SET invited_by_type = 'user', invited_by_id = $1, invited_by_name = 'M' WHERE user_id = $2",
    [manager.userId, ada.userId],
  );
  const contact = ({ name, email }: typeof manager) => ({ name, email });
  expect((await t.as(ada).get("/me")).json()).toMatchObject({
    organizations: [{ contacts: [contact(manager), contact(acme.owner)] }],
  });
  await t.sql("UPDATE users SET invited_by_id = $1 WHERE user_id = $2", [suspended.userId, ada.userId]);
  await t.as(acme.owner).get(`/organizations/${acme.organizationId}`);
  expect((await t.as(ada).get("/me")).json()).toMatchObject({
    organizations: [{ contacts: [contact(acme.owner), contact(manager)] }],
  });
  expect((await t.as(manager).get("/me")).json()).toMatchObject({ organizations: [{ contacts: [] }] });
});

test("changes the name and language of the account and records it, but not the users' names", async () => {
  const [one, two] = [await t.organization(), await t.organization()];
  const ada = await t.user(one, { name: "Ada", roles: ["viewer"] });
  const alias = await t.user(two, { sameAccountAs: ada });
  const client = t.as(ada);
  const response = await client.patch("/me", { name: "  Ada Lovelace ", language: "tr" });
  expect(response.json()).toMatchObject({ account: { name: "Ada Lovelace", language: "tr" } });
  expect((await client.get("/me")).json()).toMatchObject({ account: { name: "Ada Lovelace" } });
  const user = await client.get(`/organizations/${one.organizationId}/users/${ada.userId}`);
  expect(user.json()).toMatchObject({ name: "Ada" });
  const changes = [
    { field: "name", before: "Ada", after: "Ada Lovelace" },
    { field: "language", before: "en", after: "tr" },
  ];
  const events = await t.sql(
    "SELECT actor_id, changes FROM audit_events WHERE action = 'accounts.edited' AND target_id = $1 ORDER BY organization_id",
    [ada.accountId],
  );
  expect(events).toEqual([ada, alias].map(({ userId }) => ({ actor_id: userId, changes })));
});

test("records nothing when nothing changes", async () => {
  const { owner } = await t.organization();
  const client = t.as(owner);
  await client.get("/me");
  const before = await readDatabaseState(t);
  expect((await client.patch("/me", { name: owner.name })).statusCode).toBe(200);
  expect((await client.patch("/me", {})).statusCode).toBe(200);
  expect(await readDatabaseState(t)).toEqual(before);
});

test.each([
  ["an empty name", { name: "" }],
  ["a long name", { name: "x".repeat(201) }],
  ["an unknown language", { language: "de" }],
  ["another address", { email: "other@example.test" }],
  ["a password", { password: "another horse battery staple" }],
])("rejects %s and changes nothing", async (_, body) => {
  const client = t.as((await t.organization()).owner);
  await client.get("/me");
  const before = await readDatabaseState(t);
  expect((await client.patch("/me", body)).json()).toMatchObject({ status: 422, code: "request/invalid" });
  expect(await readDatabaseState(t)).toEqual(before);
});

test("rejects API keys", async () => {
  const { key } = await t.apiKey(await t.organization());
  expect((await t.withKey(key).get("/me")).json()).toMatchObject({ status: 401, code: "auth/required" });
  expect((await t.withKey(key).patch("/me", { name: "X" })).statusCode).toBe(401);
});
