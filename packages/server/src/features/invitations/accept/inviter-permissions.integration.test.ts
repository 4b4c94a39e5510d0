import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../../test/factories.ts";
import {
  acceptWithNewAccount,
  getInvitationState,
  getInvitationToken,
  invite,
  inviteAndGetToken,
} from "../../../../test/invitations.ts";

let t: TestApp;
let lodos: TestOrganization;
let users: string;
beforeAll(async () => {
  t = await createTestApp();
  lodos = await t.organization("Lodos Retail");
  users = `/organizations/${lodos.organizationId}/users`;
});
afterAll(() => t.close());

async function change(user: TestUser, body: Readonly<Record<string, unknown>>): Promise<void> {
  const owner = t.as(lodos.owner);
  const { etag = "" } = (await owner.get(`${users}/${user.userId}`)).headers;
  const answer = await owner.patch(`${users}/${user.userId}`, body, { "if-match": String(etag) });
  if (answer.statusCode !== 200) throw new Error(answer.body);
}

async function remove(user: TestUser): Promise<void> {
  const owner = t.as(lodos.owner);
  const { etag = "" } = (await owner.get(`${users}/${user.userId}`)).headers;
  const answer = await owner.delete(`${users}/${user.userId}`, { "if-match": String(etag) });
  if (answer.statusCode !== 204) throw new Error(answer.body);
}

test.each<[string, (inviter: TestUser) => Promise<void>]>([
  ["was removed", remove],
  ["was suspended", (inviter) => change(inviter, { status: "suspended" })],
  ["lost a permission of the role", (inviter) => change(inviter, { roleIds: [lodos.roles.viewer] })],
  ["may no longer invite", (inviter) => change(inviter, { roleIds: [lodos.roles.marketer] })],
])("an invitation whose inviter %s can't be accepted until it is sent again", async (_, revokeAccess) => {
  const inviter = await t.user(lodos, { name: "Former Inviter", roles: ["app-admin"] });
  const email = `for-${inviter.userId}@x.example`;
  const { id } = await invite(t, lodos, email, { roles: ["marketer"], by: t.as(inviter) });
  const token = await getInvitationToken(t, lodos, id);
  await revokeAccess(inviter);
  const before = await getInvitationState(t);

  expect((await acceptWithNewAccount(t, token)).json()).toMatchObject({
    status: 409,
    code: "invitations/inviter-lost-access",
    detail: expect.stringContaining("Former Inviter"),
  });
  expect(await getInvitationState(t)).toEqual(before);

  await t.as(lodos.owner).post(`/organizations/${lodos.organizationId}/invitations/${id}/resend`);
  expect((await acceptWithNewAccount(t, await getInvitationToken(t, lodos, id))).statusCode).toBe(201);
});

test("an API key must hold the permissions of the roles when the invitation is accepted", async () => {
  const creator = await t.user(lodos, { roles: ["app-admin"] });
  const { key } = await t.apiKey(lodos, { createdBy: creator });
  const one = await inviteAndGetToken(t, lodos, "key-1@x.example", {
    roles: ["marketer"],
    by: t.withKey(key),
  });
  const two = await inviteAndGetToken(t, lodos, "key-2@x.example", {
    roles: ["marketer"],
    by: t.withKey(key),
  });

  expect((await acceptWithNewAccount(t, one)).statusCode).toBe(201);
  await change(creator, { roleIds: [lodos.roles.viewer] });
  expect((await acceptWithNewAccount(t, two)).json()).toMatchObject({
    code: "invitations/inviter-lost-access",
  });
});

test("rejects a role that exceeds its inviter's permissions after an edit", async () => {
  const role = await t.role(lodos, { name: "Growing", permissions: ["campaigns:view"] });
  const manager = await t.role(lodos, {
    name: "Manager of few",
    permissions: ["users:invite", "campaigns:view"],
  });
  const inviter = t.as(await t.user(lodos, { roles: [manager] }));
  const token = await inviteAndGetToken(t, lodos, "grown@x.example", { roles: [role], by: inviter });
  const edited = await t
    .as(lodos.owner)
    .patch(
      `/organizations/${lodos.organizationId}/roles/${role}`,
      { permissions: ["campaigns:view", "campaigns:approve"] },
      { "if-match": '"1"' },
    );
  expect(edited.statusCode).toBe(200);

  expect((await acceptWithNewAccount(t, token)).json()).toMatchObject({
    code: "invitations/inviter-lost-access",
  });
});

test("grants the replacement of a deleted role, and rejects an invitation whose roles were deleted", async () => {
  const role = await t.role(lodos, { name: "Replaced", permissions: ["campaigns:view"] });
  const token = await inviteAndGetToken(t, lodos, "replacement@x.example", { roles: [role] });
  const at = `/organizations/${lodos.organizationId}/roles/${role}`;
  expect((await t.as(lodos.owner).delete(at, { "if-match": '"1"' })).json()).toMatchObject({
    code: "roles/in-use",
  });
  await t.as(lodos.owner).delete(`${at}?replacement=${lodos.roles.viewer}`, { "if-match": '"1"' });
  const lone = await t.role(lodos, { name: "Lone", permissions: ["campaigns:view"] });
  const { id } = await invite(t, lodos, "gone@x.example", { roles: [lone] });
  const goneToken = await getInvitationToken(t, lodos, id);
  await t.sql("DELETE FROM invitation_roles WHERE invitation_id = $1", [id]);

  expect((await acceptWithNewAccount(t, goneToken)).json()).toMatchObject({
    status: 409,
    code: "invitations/role-gone",
  });
  const { userId } = (await acceptWithNewAccount(t, token)).json();
  expect(await t.sql("SELECT role_id FROM user_roles WHERE user_id = $1", [userId])).toEqual([
    { role_id: lodos.roles.viewer },
  ]);
});
