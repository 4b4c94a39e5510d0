import type { AuditEvent, RoleChange, RoleView, Total } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";

const permission = "campaigns:export";
const past = "2026-03-02T09:00:00Z";

let t: TestApp;
let organization: TestOrganization;
let asOwner: ApiClient;
let base: string;
let roleId: string;

/** Five users with the role: one suspended, one with a second role that gives the same, two without a live grant. */
beforeAll(async () => {
  t = await createTestApp();
  organization = await t.organization();
  asOwner = t.as(organization.owner);
  base = `/organizations/${organization.organizationId}`;
  roleId = await t.role(organization, { name: "Counted", permissions: [permission] });
  const same = await t.role(organization, { name: "Same", permissions: [permission] });
  await t.user(organization, { roles: [roleId] });
  await t.user(organization, { roles: [roleId], status: "suspended" });
  await t.user(organization, { roles: [roleId, same] });
  for (const email of ["one@example.test", "two@example.test"]) {
    const expired = await t.user(organization, { roles: [roleId] });
    await t.sql("UPDATE user_roles SET expires_at = $1 WHERE user_id = $2", [past, expired.userId]);
    await asOwner.post(`${base}/invitations`, { invitations: [{ email, roleIds: [roleId] }] });
  }
  await t.sql("UPDATE invitations SET expires_at = $1 WHERE email = 'two@example.test'", [past]);
});
afterAll(() => t.close());

const read = async <Body>(path: string) => (await asOwner.get(`${base}${path}`)).json<Body>();
const readCount = async (path: string) => (await read<{ total: Total }>(path)).total.count;

test("every place that counts the users with a role has the same number", async () => {
  const { items } = await read<{ items: RoleView[] }>("/roles?query=Counted");
  const role = await read<RoleView>(`/roles/${roleId}`);
  const refused = (await asOwner.delete(`${base}/roles/${roleId}`, { "if-match": '"1"' })).json<{
    params: { users: number; invitations: number };
  }>();
  expect({
    inList: [items[0]?.userCount, items[0]?.invitationCount],
    onPage: [role.userCount, role.invitationCount],
    inRefusal: [refused.params.users, refused.params.invitations],
    inUserList: [await readCount(`/users?role=${roleId}`), await readCount(`/invitations?status=pending`)],
  }).toEqual({ inList: [3, 1], onPage: [3, 1], inRefusal: [3, 1], inUserList: [3, 1] });
});

test("previews count those of them whose permissions change, and the owner has the permission, too", async () => {
  const response = await asOwner.patch(`${base}/roles/${roleId}?preview=true`, { permissions: [] });
  // The user with the second role keeps the permission.
  expect(response.json<RoleChange>()).toMatchObject({ users: 2, invitations: 1 });
  expect(await readCount(`/permissions/${permission}/users`)).toBe(4);
});

test("the audit event of a deletion has the numbers that the page showed", async () => {
  const query = `?replacement=${organization.roles.viewer}`;
  const response = await asOwner.delete(`${base}/roles/${roleId}${query}`, { "if-match": '"1"' });
  expect(response.statusCode).toBe(204);
  const { items } = await read<{ items: AuditEvent[] }>("/audit-events?action=roles.deleted");
  expect(items[0]?.changes).toEqual(
    expect.arrayContaining([
      { field: "userCount", before: 3, after: 0 },
      { field: "invitationCount", before: 1, after: 0 },
    ]),
  );
});
