import { exampleCatalogue, exampleRoles } from "@gatehouse/access/example";
import type { PermissionChange } from "@gatehouse/sdk/contract";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { rounds } from "../../../test/rounds.ts";

let t: TestApp;
let organization: TestOrganization;
let asOwner: ApiClient;
let base: string;

beforeAll(async () => {
  t = await createTestApp();
  organization = await t.organization();
  asOwner = t.as(organization.owner);
  base = `/organizations/${organization.organizationId}`;
  await asOwner.get(`${base}/users`);
});
afterAll(() => t.close());

const keys = exampleRoles.filter(({ isOwner }) => !isOwner).map(({ key }) => key);
const someRoles = fc.subarray(keys);

async function readPermissions(userId: string): Promise<ReadonlySet<string>> {
  const response = await asOwner.get(`${base}/users/${userId}/permissions`);
  return new Set(
    response.json<{ items: { permission: string }[] }>().items.map(({ permission }) => permission),
  );
}

function compareSets(before: ReadonlySet<string>, after: ReadonlySet<string>): PermissionChange {
  const without = (one: ReadonlySet<string>, other: ReadonlySet<string>) =>
    [...one].filter((name) => !other.has(name));
  return { gained: without(after, before), lost: without(before, after) };
}

test("previews the permissions that the edit then changes", async () => {
  const ownRole = await t.role(organization, {
    name: "Own",
    permissions: [...exampleCatalogue.permissions.slice(3, 9)],
  });
  await fc.assert(
    fc.asyncProperty(someRoles, someRoles, fc.boolean(), async (before, after, withOwn) => {
      const { userId } = await t.user(organization, { roles: before });
      const path = `${base}/users/${userId}`;
      const roleIds = [...after.map((key) => organization.roles[key]), ...(withOwn ? [ownRole] : [])];
      const had = await readPermissions(userId);

      const preview = (await asOwner.patch(`${path}?preview=true`, { roleIds })).json<PermissionChange>();
      const unchanged = await readPermissions(userId);
      await asOwner.patch(path, { roleIds }, { "if-match": '"1"' });

      expect(unchanged).toEqual(had);
      const difference = compareSets(had, await readPermissions(userId));
      expect(sorted(preview)).toEqual(sorted(difference));
    }),
    { numRuns: rounds(40) },
  );
});

function sorted({ gained, lost }: PermissionChange): PermissionChange {
  return { gained: gained.toSorted(), lost: lost.toSorted() };
}

test("changes nothing in a preview, with any ETag or none", async () => {
  const { userId } = await t.user(organization, { roles: ["viewer"] });
  const before = await readDatabaseState(t);
  const body = { name: "X", status: "suspended", roleIds: [organization.roles.developer] };
  const responses = await Promise.all([
    asOwner.patch(`${base}/users/${userId}?preview=true`, body),
    asOwner.patch(`${base}/users/${userId}?preview=true`, body, { "if-match": '"7"' }),
  ]);
  expect(responses.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
  expect(await readDatabaseState(t)).toEqual(before);
});

test("edits the user with preview=false", async () => {
  const { userId } = await t.user(organization, { roles: ["viewer"] });
  const path = `${base}/users/${userId}?preview=false`;
  expect((await asOwner.patch(path, { name: "X" })).statusCode).toBe(428);
  expect((await asOwner.patch(path, { name: "X" }, { "if-match": '"1"' })).json()).toMatchObject({
    name: "X",
  });
});
