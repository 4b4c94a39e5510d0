/** The grant ceiling of the catalogue: several changes must not achieve what a single one may not. */
import { ownCatalogue, serialiseCatalogue } from "@gatehouse/access/catalogue";
import { exampleCatalogue } from "@gatehouse/access/example";
import type { CatalogueGroup, UserDetails } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ApiClient, ApiResponse } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";

let t: TestApp;
let organization: TestOrganization;
let here: string;
let asOwner: ApiClient;
let deployer: TestUser;
let asDeployer: ApiClient;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  organization = await t.organization();
  here = `/organizations/${organization.organizationId}`;
  asOwner = t.as(organization.owner);
  const permissions = ["organization:edit", "tags:view", "segments:delete"];
  const roleId = await t.role(organization, { name: "Deployer", permissions });
  deployer = await t.user(organization, { roles: [roleId] });
  asDeployer = t.as(deployer);
  await asDeployer.get(`${here}/permissions`);
  await asOwner.get(`${here}/permissions`);
});

const declared = JSON.parse(serialiseCatalogue(exampleCatalogue)) as CatalogueGroup[];

/** The example with an additional action, and actions that imply it. */
function withLoyalty(implying: readonly string[] = []): CatalogueGroup[] {
  const action = { permission: "loyalty:redeem", label: "Redeem", sensitive: true, implies: [] };
  return [
    ...declared.map((group) => ({
      ...group,
      actions: group.actions.map((one) =>
        implying.includes(one.permission) ? { ...one, implies: [...one.implies, action.permission] } : one,
      ),
    })),
    { key: "loyalty", label: "Loyalty", actions: [action] },
  ];
}

async function push(client: ApiClient, body: object, query = ""): Promise<ApiResponse> {
  const { etag } = (await asOwner.get(`${here}/permissions`)).headers;
  return client.put(`${here}/permissions${query}`, body, { "if-match": String(etag) });
}

async function readPermissions(user: TestUser): Promise<readonly string[]> {
  const response = await asOwner.get(`${here}/users/${user.userId}/permissions`);
  return response.json<{ items: { permission: string }[] }>().items.map(({ permission }) => permission);
}

async function expectRefused(send: () => Promise<ApiResponse>, code: string, missing?: readonly string[]) {
  const before = await readDatabaseState(t);
  const response = await send();
  expect([response.statusCode, response.json<{ code: string }>().code], response.body).toEqual([403, code]);
  if (missing !== undefined) expect(response.json()).toMatchObject({ params: { missing } });
  expect(await readDatabaseState(t)).toEqual(before);
}

test("rejects dropping an owner's permission and adding it again as an implied one", async () => {
  expect((await push(asOwner, withLoyalty())).statusCode).toBe(200);
  const before = await readPermissions(deployer);
  const missing = ["loyalty:redeem"];
  for (const query of ["", "?drop=loyalty:redeem", "?preview=true"])
    await expectRefused(() => push(asDeployer, declared, query), "forbidden/grant-ceiling", missing);
  expect((await push(asOwner, declared)).statusCode).toBe(200);
  for (const implying of [["tags:view"], ["segments:delete"], ["campaigns:approve"]])
    await expectRefused(() => push(asDeployer, withLoyalty(implying)), "forbidden/grant-ceiling", missing);
  expect((await push(asDeployer, withLoyalty())).statusCode).toBe(200);
  await expectRefused(() => push(asDeployer, withLoyalty(["tags:view"])), "forbidden/grant-ceiling", missing);
  expect(await readPermissions(deployer)).toEqual(before);
  expect((await push(asOwner, withLoyalty(["tags:view"]))).statusCode).toBe(200);
  expect(await readPermissions(deployer)).toEqual(expect.arrayContaining(["loyalty:redeem"]));
});

test("doesn't restore a dropped permission through a remaining one", async () => {
  const without = declared.map((group) => ({
    ...group,
    actions: group.actions.filter(({ permission }) => permission !== "segments:delete"),
  }));
  const again = declared.map((group) => ({
    ...group,
    actions: group.actions.map((one) =>
      one.permission === "tags:view" ? { ...one, implies: ["segments:delete"] } : one,
    ),
  }));
  await expectRefused(() => push(asDeployer, again), "forbidden/grant-ceiling");
  expect((await push(asDeployer, without, "?drop=segments:delete")).statusCode).toBe(200);
  await expectRefused(() => push(asDeployer, again), "forbidden/grant-ceiling", [
    "segments:delete",
    "segments:view",
  ]);
  expect((await push(asDeployer, declared)).statusCode).toBe(200);
  expect(await readPermissions(deployer)).not.toContain("segments:delete");
});

test("doesn't add permissions of a temporary role to another role of the actor", async () => {
  const tags = await t.role(organization, { name: "Tags", permissions: ["tags:view"] });
  const segments = await t.role(organization, { name: "Segments", permissions: ["segments:delete"] });
  const deploying = await t.role(organization, { name: "Deploying", permissions: ["organization:edit"] });
  const user = await t.user(organization, { roles: [tags, segments, deploying] });
  await t.sql("UPDATE user_roles SET expires_at = $3 WHERE user_id = $1 AND role_id = $2", [
    user.userId,
    segments,
    new Date(t.clock.now().getTime() + 60_000),
  ]);
  const group = (key: string, name: string, implies: readonly string[]) => ({
    key,
    label: key,
    actions: [{ permission: `${key}:${name}`, implies }],
  });
  const plain = [group("tags", "view", []), group("segments", "delete", [])];
  const implying = [group("tags", "view", ["segments:delete"]), group("segments", "delete", [])];
  await t.sql("UPDATE catalogues SET definition = $2::jsonb, version = 7 WHERE organization_id = $1", [
    organization.organizationId,
    JSON.stringify(plain),
  ]);
  await t.sql(
    `DELETE FROM role_permissions WHERE organization_id = $1 AND permission = 'tags:view' AND role_id <> $2`,
    [organization.organizationId, tags],
  );
  const asUser = t.as(user);
  await asUser.get(`${here}/permissions`);
  await expectRefused(() => push(asUser, implying), "forbidden/own-roles");
});

test("doesn't grant an API key more permissions through its own catalogue change", async () => {
  const permissions = ["organization:edit", "tags:view"];
  const listed = t.withKey((await t.apiKey(organization, { permissions })).key);
  await listed.get(`${here}/permissions`);
  const missing = ["loyalty:redeem"];
  await expectRefused(() => push(listed, withLoyalty(["tags:view"])), "forbidden/grant-ceiling", missing);
  expect((await push(listed, withLoyalty())).statusCode).toBe(200);
  await expectRefused(() => push(listed, declared), "forbidden/grant-ceiling", missing);
  const whole = t.withKey((await t.apiKey(organization)).key);
  expect((await push(whole, withLoyalty(["tags:view"]))).statusCode).toBe(200);
});

test("doesn't allow a user with all permissions to make an owner", async () => {
  const permissions = [...exampleCatalogue.permissions, ...ownCatalogue.permissions];
  const everything = await t.role(organization, { name: "Everything", permissions });
  const asEverything = t.as(await t.user(organization, { roles: [everything] }));
  await asEverything.get(`${here}/permissions`);
  const { owner } = organization.roles;
  const first = { "if-match": '"1"' };
  const invitation = { email: "second@example.test", roleIds: [owner] };
  const before = await readDatabaseState(t);
  const invited = await asEverything.post(`${here}/invitations`, { invitations: [invitation] });
  expect(invited.json()).toMatchObject({ results: [{ status: "refused", code: "forbidden/grant-ceiling" }] });
  expect(await readDatabaseState(t)).toEqual(before);
  const grantByEverything = () =>
    asEverything.patch(`${here}/users/${deployer.userId}`, { roleIds: [owner] }, first);
  await expectRefused(grantByEverything, "forbidden/grant-ceiling", []);
  const grant = await asOwner.patch(`${here}/users/${deployer.userId}`, { roleIds: [owner] }, first);
  expect(grant.statusCode, grant.body).toBe(200);
  expect(grant.json<UserDetails>().roles.map(({ id }) => id)).toEqual([owner]);
});
