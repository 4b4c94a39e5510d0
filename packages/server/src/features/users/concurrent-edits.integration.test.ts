import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { rounds } from "../../../test/rounds.ts";
import { runConcurrently } from "../../../test/run-concurrently.ts";

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
  const settled = await runConcurrently(
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

test("either assigns or deletes a role in concurrent attempts", async () => {
  const outcomes = new Set<string>();
  for (let round = 0; round < rounds(200); round += 1) {
    const roleId = await t.role(organization, { name: `Role ${round}`, permissions: ["campaigns:view"] });
    const { userId } = await t.user(organization, {});
    const assign = () => asOwner.patch(`${base}/users/${userId}`, { roleIds: [roleId] }, first);
    const remove = () => asOwner.delete(`${base}/roles/${roleId}`, first);
    const isAssignedFirst = round % 2 === 0;
    const [firstStatus, secondStatus] = await (isAssignedFirst ? race(assign, remove) : race(remove, assign));
    const [assignStatus, deleteStatus] = isAssignedFirst
      ? [firstStatus, secondStatus]
      : [secondStatus, firstStatus];
    const roles = await t.sql("SELECT FROM roles WHERE role_id = $1", [roleId]);
    const grants = await t.sql("SELECT FROM user_roles WHERE role_id = $1", [roleId]);
    outcomes.add(`${assignStatus} ${deleteStatus} ${roles.length} ${grants.length}`);
  }
  // Either assigned, so the deletion fails; or deleted, so the assignment fails with 409 or 422.
  for (const outcome of outcomes) expect(["200 409 1 1", "409 204 0 0", "422 204 0 0"]).toContain(outcome);
  expect(outcomes.size).toBeGreaterThan(1);
});

test("leaves no user with a replaced role in concurrent assignments", async () => {
  const { viewer } = organization.roles;
  for (let round = 0; round < rounds(100); round += 1) {
    const roleId = await t.role(organization, { name: `Old ${round}`, permissions: ["campaigns:view"] });
    const roleUser = await t.user(organization, { roles: [roleId] });
    const otherUser = await t.user(organization, {});
    const [assignStatus, deleteStatus] = await race(
      () => asOwner.patch(`${base}/users/${otherUser.userId}`, { roleIds: [roleId] }, first),
      () => asOwner.delete(`${base}/roles/${roleId}?replacement=${viewer}`, first),
    );
    const grants = await t.sql("SELECT user_id, role_id FROM user_roles WHERE user_id = ANY($1)", [
      [roleUser.userId, otherUser.userId],
    ]);
    expect(deleteStatus).toBe(204);
    expect(grants.map((row) => row["role_id"])).toEqual(assignStatus === 200 ? [viewer, viewer] : [viewer]);
  }
});

test("accepts exactly one of two concurrent edits with the same ETag", async () => {
  for (let round = 0; round < rounds(100); round += 1) {
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
    const winner = statuses[0] === 200 ? "One" : "Two";
    expect(statuses.toSorted()).toEqual([200, 412]);
    expect(user).toEqual({
      name: winner,
      version: 2,
      roles: [winner === "One" ? organization.roles.viewer : organization.roles.marketer],
    });
  }
});

test("keeps one of two owners who demote, suspend or remove each other concurrently", async () => {
  const actions: readonly ((as: ApiClient, path: string) => Promise<{ statusCode: number }>)[] = [
    (as, path) => as.patch(path, { roleIds: [] }, first),
    (as, path) => as.patch(path, { status: "suspended" }, first),
    (as, path) => as.delete(path, first),
  ];
  for (let round = 0; round < rounds(200); round += 1) {
    const raced = await t.organization();
    const second = await t.user(raced, { roles: ["owner"] });
    const [asFirst, asSecond] = [t.as(raced.owner), t.as(second)];
    const users = `/organizations/${raced.organizationId}/users`;
    await Promise.all([asFirst.get(users), asSecond.get(users)]);
    const statuses = await race(
      () => actions[round % 3]?.(asFirst, `${users}/${second.userId}`) ?? Promise.reject(new Error("none")),
      () =>
        actions[Math.floor(round / 3) % 3]?.(asSecond, `${users}/${raced.owner.userId}`) ??
        Promise.reject(new Error("none")),
    );
    const [counted] = await t.sql(
      `SELECT owner_count, (SELECT count(*)::integer FROM users u JOIN user_roles g USING (organization_id, user_id)
         JOIN roles r USING (organization_id, role_id)
         WHERE u.organization_id = o.organization_id AND r.is_owner AND u.status = 'active') AS owners
       FROM organizations o WHERE organization_id = $1`,
      [raced.organizationId],
    );
    expect(counted).toEqual({ owner_count: 1, owners: 1 });
    expect(statuses.filter((status) => status === 200 || status === 204)).toHaveLength(1);
  }
}, 180_000);

test.for([
  ["managers who aren't owners", "app-admin", 2],
  ["owners", "owner", 1],
] as const)(
  "lets exactly one of two %s remove the other concurrently",
  { timeout: 180_000 },
  async ([, role, ownersAfter]) => {
    for (let round = 0; round < rounds(100); round += 1) {
      const raced = await t.organization();
      // With owners, the organization's first one is among the two; otherwise it has two others.
      const one = role === "owner" ? raced.owner : await t.user(raced, { roles: [role] });
      if (role !== "owner") await t.user(raced, { roles: ["owner"] });
      const other = await t.user(raced, { roles: [role] });
      const [asOne, asOther] = [t.as(one), t.as(other)];
      const users = `/organizations/${raced.organizationId}/users`;
      await Promise.all([asOne.get(users), asOther.get(users)]);
      const statuses = await race(
        () => asOne.delete(`${users}/${other.userId}`, first),
        () => asOther.delete(`${users}/${one.userId}`, first),
      );
      const [left] = await t.sql(
        `SELECT o.owner_count AS owners, (SELECT count(*)::integer FROM users u
         WHERE u.organization_id = o.organization_id AND u.user_id = ANY($2)) AS removers
       FROM organizations o WHERE organization_id = $1`,
        [raced.organizationId, [one.userId, other.userId]],
      );
      expect(statuses.filter((status) => status === 204)).toHaveLength(1);
      expect(left).toEqual({ owners: ownersAfter, removers: 1 });
    }
  },
);

test("leaves an audit log without gaps after concurrent edits", async () => {
  const sequences = await chain();
  expect(sequences).toEqual(sequences.map((_, index) => index + 1));
});
