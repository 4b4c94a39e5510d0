import type { AuditEvent } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { verifyChain } from "../../audit/verify.ts";
import { writeHistory } from "./history.ts";

let t: TestApp;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());

test("the demo's audit log has many kinds of events in the order of their times, and leaves the users' access as it was", async () => {
  const { organizationId, owner, roles } = await t.organization();
  const users = await t.users(
    { organizationId, owner, roles, name: "Demo" },
    Array.from({ length: 6 }, () => ({ roles: ["marketer"] })),
  );
  const access = () =>
    t.sql(
      "SELECT u.user_id, u.status, array_agg(g.role_id) AS roles FROM users u JOIN user_roles g USING (user_id) WHERE u.organization_id = $1 GROUP BY 1, 2 ORDER BY 1",
      [organizationId],
    );
  const before = await access();

  await writeHistory(t.deps, {
    organizationId,
    owner: { id: owner.userId, name: owner.name },
    roleIds: new Map(Object.entries(roles)),
    users: users.map(({ userId }) => ({ id: userId, status: "active" })),
  });

  const { items } = (await t.as(owner).get(`/organizations/${organizationId}/audit-events?limit=100`)).json<{
    items: AuditEvent[];
  }>();
  const times = items.map(({ at }) => Date.parse(at));
  expect(times).toEqual(times.toSorted((one, other) => other - one));
  expect(items.length).toBeGreaterThan(20);
  expect([...new Set(items.map(({ action }) => action))].sort()).toEqual([
    "invitations.sent",
    "sessions.signed-in",
    "users.edited",
    "users.restored",
    "users.roles-changed",
    "users.suspended",
  ]);
  expect(await access()).toEqual(before);
  expect(await verifyChain(t.db, organizationId)).toMatchObject({ brokenAt: null });
});
