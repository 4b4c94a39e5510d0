import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { raceTogether } from "../../../test/race-together.ts";

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

const first = { "if-match": '"1"' };

async function race(
  ...sends: readonly (() => Promise<{ readonly statusCode: number }>)[]
): Promise<readonly number[]> {
  const settled = await raceTogether(
    sends.length,
    (index) => sends[index]?.() ?? Promise.reject(new Error("none")),
  );
  return settled.map((result) => (result.status === "fulfilled" ? result.value.statusCode : 0));
}

async function chain(): Promise<readonly number[]> {
  const rows = await t.sql("SELECT sequence FROM audit_events WHERE organization_id = $1 ORDER BY 1", [
    organization.organizationId,
  ]);
  return rows.map((row) => Number(row["sequence"]));
}

test("a role that is deleted while it is given to somebody is either given or gone, 200 times", async () => {
  const outcomes = new Set<string>();
  for (let round = 0; round < 200; round += 1) {
    const roleId = await t.role(organization, { name: `Role ${round}`, permissions: ["campaigns:view"] });
    const { userId } = await t.user(organization, {});
    const give = () => asOwner.patch(`${base}/users/${userId}`, { roleIds: [roleId] }, first);
    const remove = () => asOwner.delete(`${base}/roles/${roleId}`, first);
    const isGivenFirst = round % 2 === 0;
    const [one, other] = await (isGivenFirst ? race(give, remove) : race(remove, give));
    const [given, deleted] = isGivenFirst ? [one, other] : [other, one];
    const roles = await t.sql("SELECT FROM roles WHERE role_id = $1", [roleId]);
    const grants = await t.sql("SELECT FROM user_roles WHERE role_id = $1", [roleId]);
    outcomes.add(`${given} ${deleted} ${roles.length} ${grants.length}`);
  }
  // Given, so in use; or deleted, so gone (409) or unknown (422) to the one who wants to give it.
  for (const outcome of outcomes) expect(["200 409 1 1", "409 204 0 0", "422 204 0 0"]).toContain(outcome);
  expect(outcomes.size).toBeGreaterThan(1);
}, 120_000);

test("a role that is replaced while it is given to somebody leaves nobody with it, 100 times", async () => {
  const { viewer } = organization.roles;
  for (let round = 0; round < 100; round += 1) {
    const roleId = await t.role(organization, { name: `Old ${round}`, permissions: ["campaigns:view"] });
    const holder = await t.user(organization, { roles: [roleId] });
    const newcomer = await t.user(organization, {});
    const [given, replaced] = await race(
      () => asOwner.patch(`${base}/users/${newcomer.userId}`, { roleIds: [roleId] }, first),
      () => asOwner.delete(`${base}/roles/${roleId}?replacement=${viewer}`, first),
    );
    const grants = await t.sql("SELECT user_id, role_id FROM user_roles WHERE user_id = ANY($1)", [
      [holder.userId, newcomer.userId],
    ]);
    expect(replaced).toBe(204);
    expect(grants.map((row) => row["role_id"])).toEqual(given === 200 ? [viewer, viewer] : [viewer]);
  }
}, 120_000);

test("of two saves with one ETag one wins and the other is stale, 100 times", async () => {
  for (let round = 0; round < 100; round += 1) {
    const { userId } = await t.user(organization, { name: "Before" });
    const path = `${base}/users/${userId}`;
    const statuses = await race(
      () => asOwner.patch(path, { name: "One", roleIds: [organization.roles.viewer] }, first),
      () => asOwner.patch(path, { name: "Two", roleIds: [organization.roles.marketer] }, first),
    );
    const [user] = await t.sql(
      `SELECT name, version, ARRAY(SELECT role_id::text FROM user_roles g WHERE g.user_id = u.user_id) AS roles
       FROM users u WHERE user_id = $1`,
      [userId],
    );
    const won = statuses[0] === 200 ? "One" : "Two";
    expect(statuses.toSorted()).toEqual([200, 412]);
    expect(user).toEqual({
      name: won,
      version: 2,
      roles: [won === "One" ? organization.roles.viewer : organization.roles.marketer],
    });
  }
}, 120_000);

test("of two owners who demote, suspend or remove each other at once one remains, 200 times", async () => {
  const acts: readonly ((as: ApiClient, path: string) => Promise<{ statusCode: number }>)[] = [
    (as, path) => as.patch(path, { roleIds: [] }, first),
    (as, path) => as.patch(path, { status: "suspended" }, first),
    (as, path) => as.delete(path, first),
  ];
  for (let round = 0; round < 200; round += 1) {
    const here = await t.organization();
    const second = await t.user(here, { roles: ["owner"] });
    const [one, two] = [t.as(here.owner), t.as(second)];
    const users = `/organizations/${here.organizationId}/users`;
    await Promise.all([one.get(users), two.get(users)]);
    const statuses = await race(
      () => acts[round % 3]?.(one, `${users}/${second.userId}`) ?? Promise.reject(new Error("none")),
      () =>
        acts[Math.floor(round / 3) % 3]?.(two, `${users}/${here.owner.userId}`) ??
        Promise.reject(new Error("none")),
    );
    const [counted] = await t.sql(
      `SELECT owner_count, (SELECT count(*)::integer FROM users u JOIN user_roles g USING (organization_id, user_id)
         JOIN roles r USING (organization_id, role_id)
         WHERE u.organization_id = o.organization_id AND r.is_owner AND u.status = 'active') AS owners
       FROM organizations o WHERE organization_id = $1`,
      [here.organizationId],
    );
    expect(counted).toEqual({ owner_count: 1, owners: 1 });
    expect(statuses.filter((status) => status === 200 || status === 204)).toHaveLength(1);
  }
}, 180_000);

test("what raced left a log without gaps", async () => {
  const sequences = await chain();
  expect(sequences).toEqual(sequences.map((_, index) => index + 1));
});
