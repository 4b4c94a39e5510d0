import { afterAll, beforeAll, expect, test } from "vitest";
import { getIfMatch } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestUser } from "../../../test/factories.ts";

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

const nameIn = async (user: TestUser) =>
  (await t.sql("SELECT name FROM users WHERE user_id = $1", [user.userId]))[0]?.["name"];

const eventsOf = (action: string, targetIds: readonly string[]) =>
  t.sql(
    "SELECT actor_id, target_id, target_name, changes FROM audit_events WHERE action = $1 AND target_id = ANY($2) ORDER BY organization_id",
    [action, targetIds],
  );

test("a new name of the account is that of its users, too, and recorded in their organizations", async () => {
  const [one, two] = [await t.organization(), await t.organization()];
  const ada = await t.user(one, { name: "Ada", roles: ["viewer"] });
  const alias = await t.user(two, { sameAccountAs: ada });
  const client = t.as(ada);
  const response = await client.patch("/me", { name: "  Ada Lovelace ", language: "tr" });
  expect(response.json()).toMatchObject({
    account: { name: "Ada Lovelace", language: "tr" },
    organizations: [{ userName: "Ada Lovelace" }, { userName: "Ada Lovelace" }],
  });
  expect((await client.get("/me")).json()).toMatchObject({ account: { name: "Ada Lovelace" } });
  const here = `/organizations/${one.organizationId}/users`;
  expect((await client.get(`${here}/${ada.userId}`)).json()).toMatchObject({ name: "Ada Lovelace" });
  expect((await client.get(`${here}?query=lovelace`)).json().items).toMatchObject([{ id: ada.userId }]);
  const name = { field: "name", before: "Ada", after: "Ada Lovelace" };
  const changes = [name, { field: "language", before: "en", after: "tr" }];
  expect(await eventsOf("accounts.edited", [ada.accountId])).toMatchObject(
    [ada, alias].map(({ userId }) => ({ actor_id: userId, changes })),
  );
  expect(await eventsOf("users.edited", [ada.userId, alias.userId])).toEqual(
    [ada, alias].map(({ userId }) => ({
      actor_id: userId,
      target_id: userId,
      target_name: "Ada",
      changes: [name],
    })),
  );
});

test("a name that an access manager gave stays, as does that of a suspended user", async () => {
  const [one, two] = [await t.organization("Named"), await t.organization("Suspended")];
  const ada = await t.user(one, { name: "Ada", roles: ["viewer"] });
  const suspended = await t.user(two, { sameAccountAs: ada, status: "suspended" });
  const path = `/organizations/${one.organizationId}/users/${ada.userId}`;
  const owner = t.as(one.owner);
  const rename = async (name: string) => owner.patch(path, { name }, await getIfMatch(owner, path));
  expect((await rename("A. Byron")).statusCode).toBe(200);

  const client = t.as(ada);
  const me = await client.patch("/me", { name: "Ada Lovelace" });
  expect(me.json()).toMatchObject({
    account: { name: "Ada Lovelace" },
    organizations: [{ userName: "A. Byron" }, { userName: "Ada" }],
  });
  expect([await nameIn(ada), await nameIn(suspended)]).toEqual(["A. Byron", "Ada"]);
  expect(await eventsOf("users.edited", [suspended.userId])).toEqual([]);

  expect((await rename("Ada Lovelace")).statusCode).toBe(200);
  await client.patch("/me", { name: "Ada King" });
  expect(await nameIn(ada)).toBe("Ada King");
});

test("an edit of the user that is based on the old name is refused as stale", async () => {
  const acme = await t.organization();
  const ada = await t.user(acme, { name: "Ada", roles: ["viewer"] });
  const path = `/organizations/${acme.organizationId}/users/${ada.userId}`;
  const owner = t.as(acme.owner);
  const ifMatch = await getIfMatch(owner, path);
  await t.as(ada).patch("/me", { name: "Ada Lovelace" });
  expect((await owner.patch(path, { phone: "+90 212 555 01 23" }, ifMatch)).statusCode).toBe(412);
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
  ["a blank name", { name: " \u200d " }],
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

test("an empty name has exactly one error, for the account and for the user", async () => {
  const { organizationId, owner } = await t.organization();
  const client = t.as(owner);
  const path = `/organizations/${organizationId}/users/${owner.userId}`;
  const ifMatch = await getIfMatch(client, path);
  for (const name of ["", "  ", "\u200d"])
    for (const response of [await client.patch("/me", { name }), await client.patch(path, { name }, ifMatch)])
      expect(response.json().errors.map((error: { path: string }) => error.path)).toEqual(["name"]);
});

test("rejects API keys", async () => {
  const { key } = await t.apiKey(await t.organization());
  expect((await t.withKey(key).get("/me")).json()).toMatchObject({ status: 401, code: "auth/required" });
  expect((await t.withKey(key).patch("/me", { name: "X" })).statusCode).toBe(401);
});
