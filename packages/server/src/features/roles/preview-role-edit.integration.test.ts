import { exampleRoles } from "@gatehouse/access/example";
import type { RoleChange, RoleView } from "@gatehouse/sdk/contract";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
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
  await asOwner.get(`${base}/roles`);
});
afterAll(() => t.close());

const pool = [
  "campaigns:view",
  "campaigns:edit",
  "campaigns:approve",
  "segments:edit",
  "people:view",
  "users:invite",
  "roles:view",
];
const somePermissions = fc.subarray(pool);
const keys = exampleRoles.filter(({ isOwner }) => !isOwner).map(({ key }) => key);
const companions = fc.array(fc.subarray(keys, { maxLength: 2 }), { minLength: 1, maxLength: 4 });

async function readPermissions({ userId }: TestUser): Promise<string> {
  const response = await asOwner.get(`${base}/users/${userId}/permissions`);
  return response
    .json<{ items: { permission: string }[] }>()
    .items.map(({ permission }) => permission)
    .join();
}

async function invite(roleIds: readonly string[]): Promise<void> {
  const email = `p-${t.deps.ids.next()}@example.test`;
  await asOwner.post(`${base}/invitations`, { invitations: [{ email, roleIds }] });
}

let count = 0;

test("counts exactly the users and invitations whose permissions change, and lists the changes", async () => {
  await fc.assert(
    fc.asyncProperty(somePermissions, somePermissions, companions, async (before, after, beside) => {
      count += 1;
      const roleId = await t.role(organization, { name: `Role ${count}`, permissions: before });
      const holders = await Promise.all(
        beside.map((others) => t.user(organization, { roles: [roleId, ...others] })),
      );
      for (const others of beside) await invite([roleId, ...others.map((key) => organization.roles[key])]);
      const had = await Promise.all(holders.map(readPermissions));

      const path = `${base}/roles/${roleId}`;
      const change = { permissions: after };
      const preview = (await asOwner.patch(`${path}?preview=true`, change)).json<RoleChange>();
      const saved = (await asOwner.patch(path, change, { "if-match": '"1"' })).json<RoleView>();

      const have = await Promise.all(holders.map(readPermissions));
      const changed = have.filter((permissions, index) => permissions !== had[index]).length;
      expect(saved.permissions).toEqual(expect.arrayContaining(after));
      // Each invitation has the same roles as one of the users, so the counts are equal.
      expect({ users: preview.users, invitations: preview.invitations }).toEqual({
        users: changed,
        invitations: changed,
      });
      if (preview.gained.length + preview.lost.length === 0) expect(changed).toBe(0);
    }),
    { numRuns: rounds(30) },
  );
});

test("includes implied permissions in the changes", async () => {
  const roleId = await t.role(organization, { name: "Implied", permissions: ["campaigns:view"] });
  const body = { permissions: ["users:invite"] };
  const response = await asOwner.patch(`${base}/roles/${roleId}?preview=true`, body);
  expect(response.json()).toEqual({
    gained: ["users:view", "users:invite", "roles:view", "invitations:view"],
    lost: ["campaigns:view"],
    users: 0,
    invitations: 0,
  });
});

test("doesn't count expired grants and closed invitations", async () => {
  const roleId = await t.role(organization, { name: "Over", permissions: [] });
  const holder = await t.user(organization, { roles: [roleId] });
  await invite([roleId]);
  const past = "2026-03-02T09:00:00Z";
  await t.sql("UPDATE user_roles SET expires_at = $1 WHERE user_id = $2", [past, holder.userId]);
  await t.sql(
    "UPDATE invitations SET expires_at = $1 WHERE invitation_id IN (SELECT invitation_id FROM invitation_roles WHERE role_id = $2)",
    [past, roleId],
  );
  const response = await asOwner.patch(`${base}/roles/${roleId}?preview=true`, {
    permissions: ["people:view"],
  });
  expect(response.json()).toMatchObject({ users: 0, invitations: 0 });
});

test("changes nothing in a preview", async () => {
  const before = await readDatabaseState(t);
  const body = { name: "X", description: "Y", permissions: [] };
  const response = await asOwner.patch(`${base}/roles/${organization.roles.viewer}?preview=true`, body);
  expect(response.statusCode).toBe(200);
  expect(await readDatabaseState(t)).toEqual(before);
});
