/** Nobody gives a permission for longer than they hold it, in one step or in several. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient, ApiResponse } from "../../test/api-client.ts";
import { createBulkJobSteps } from "../../test/bulk-jobs.ts";
import { createTestApp, type TestApp } from "../../test/create-test-app.ts";
import { readDatabaseState } from "../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../test/factories.ts";
import { acceptWithNewAccount, getInvitationToken } from "../../test/invitations.ts";

let t: TestApp;
let lodos: TestOrganization;
let base: string;
/** Holds the editor role until `end`, and may manage roles and users without end. */
let manager: TestUser;
let editor: string;
let managing: string;
let end: Date;
let managerClient: ApiClient;

const dayMs = 24 * 3_600_000;
const inDays = (days: number) => new Date(t.clock.now().getTime() + days * dayMs).toISOString();

beforeAll(async () => {
  t = await createTestApp();
  lodos = await t.organization("Lodos Retail");
  base = `/organizations/${lodos.organizationId}`;
  end = new Date(inDays(30));
  editor = await t.role(lodos, { name: "Editor", permissions: ["campaigns:edit"] });
  managing = await t.role(lodos, {
    name: "Managing",
    permissions: [
      "users:view",
      "users:invite",
      "roles:view",
      "roles:assign",
      "roles:create",
      "roles:edit",
      "roles:delete",
      "invitations:send",
      "organization:edit",
      "campaigns:view",
    ],
  });
  manager = await t.user(lodos, { name: "Deniz Manager", roles: [managing] });
  await t.sql(
    `INSERT INTO user_roles (organization_id, user_id, role_id, granted_by_type, granted_by_name, granted_at, expires_at)
     VALUES ($1, $2, $3, 'system', 'Test', $4, $5)`,
    [lodos.organizationId, manager.userId, editor, t.clock.now(), end],
  );
  managerClient = t.as(manager);
});
afterAll(() => t.close());

const version = { "if-match": '"1"' };
const asManager = () => managerClient;
const edit = (user: TestUser, body: object) =>
  asManager().patch(`${base}/users/${user.userId}`, body, version);

async function expectRefused(request: Promise<ApiResponse>): Promise<void> {
  const response = await request;
  expect(response.json()).toMatchObject({
    code: "forbidden/grant-ceiling",
    params: { until: end.toISOString() },
  });
}

test("gives the role until the own end at the latest", async () => {
  const user = await t.user(lodos);
  await asManager().get(`${base}/users`);
  const before = await readDatabaseState(t);

  await expectRefused(edit(user, { roleIds: [editor] }));
  await expectRefused(edit(user, { roles: [{ id: editor }] }));
  await expectRefused(edit(user, { roles: [{ id: editor, expiresAt: inDays(31) }] }));

  expect(await readDatabaseState(t)).toEqual(before);
  expect((await edit(user, { roles: [{ id: editor, expiresAt: end.toISOString() }] })).statusCode).toBe(200);
});

test("extends the role until the own end at the latest, and may shorten it", async () => {
  const user = await t.user(lodos, { roles: [editor], rolesUntil: new Date(inDays(10)) });

  await expectRefused(edit(user, { roles: [{ id: editor, expiresAt: null }] }));
  expect((await edit(user, { roles: [{ id: editor, expiresAt: inDays(5) }] })).statusCode).toBe(200);
});

test("removes the role, although others hold it without end", async () => {
  const user = await t.user(lodos, { roles: [editor] });

  expect((await edit(user, { roleIds: [] })).statusCode).toBe(200);
});

test("invites for as long as the own end allows, counted from the last day to join", async () => {
  const send = async (role: object) => {
    const email = `new-${crypto.randomUUID()}@example.test`;
    const response = await asManager().post(`${base}/invitations`, {
      invitations: [{ email, roles: [role] }],
      expiresInDays: 7,
    });
    return response.json<{ results: { status: string; code?: string }[] }>().results[0];
  };

  expect(await send({ id: editor })).toMatchObject({ status: "refused", code: "forbidden/grant-ceiling" });
  expect(await send({ id: editor, expiresAt: inDays(31) })).toMatchObject({ status: "refused" });
  expect(await send({ id: editor, forDays: 24 })).toMatchObject({ status: "refused" });
  expect(await send({ id: editor, forDays: 23 })).toMatchObject({ status: "created" });
  expect(await send({ id: editor, expiresAt: end.toISOString() })).toMatchObject({ status: "created" });
});

test("resending an invitation of somebody else gives it again, so the own end counts", async () => {
  const response = await t.as(lodos.owner).post(`${base}/invitations`, {
    invitations: [{ email: "by-owner@example.test", roles: [{ id: editor }] }],
  });
  const id = response.json<{ results: { invitation: { id: string } }[] }>().results[0]?.invitation.id ?? "";

  await expectRefused(asManager().post(`${base}/invitations/${id}/resend`));
});

test("accepting gives no more than the inviter could give then", async () => {
  const inviter = await t.user(lodos, { name: "Ece Inviter", roles: ["app-admin"] });
  const response = await t.as(inviter).post(`${base}/invitations`, {
    invitations: [{ email: "late@example.test", roles: [{ id: editor, forDays: 60 }] }],
  });
  const id = response.json<{ results: { invitation: { id: string } }[] }>().results[0]?.invitation.id ?? "";
  const token = await getInvitationToken(t, lodos, id);
  await t.sql("UPDATE user_roles SET expires_at = $2 WHERE user_id = $1", [inviter.userId, inDays(59)]);

  const refused = await acceptWithNewAccount(t, token);
  expect(refused.json()).toMatchObject({ code: "invitations/inviter-lost-access" });

  await t.sql("UPDATE user_roles SET expires_at = $2 WHERE user_id = $1", [inviter.userId, inDays(60)]);
  expect((await acceptWithNewAccount(t, token)).statusCode).toBe(201);
});

test("adds nothing to a role that the actor holds only for a time", async () => {
  const role = await t.role(lodos, { name: "Readers", permissions: ["campaigns:view"] });
  const friend = await t.user(lodos, { roles: [role] });

  await expectRefused(
    asManager().patch(
      `${base}/roles/${role}`,
      { permissions: ["campaigns:view", "campaigns:edit"] },
      version,
    ),
  );
  const permissions = await t.as(lodos.owner).get(`${base}/users/${friend.userId}/permissions`);
  expect(
    permissions.json<{ items: { permission: string }[] }>().items.map(({ permission }) => permission),
  ).toEqual(["campaigns:view"]);
});

test("replaces no role by one that the actor holds only for a time", async () => {
  const role = await t.role(lodos, { name: "Old readers", permissions: ["campaigns:view"] });
  await t.user(lodos, { roles: [role] });

  await expectRefused(asManager().delete(`${base}/roles/${role}?replacement=${editor}`, version));
});

test("starts no job that gives many users the role without end", async () => {
  const user = await t.user(lodos);

  await expectRefused(
    asManager().post(`${base}/user-jobs`, {
      action: "add-role",
      roleId: editor,
      users: { ids: [user.userId] },
    }),
  );
});

test("a job whose creator's own hold got an end meanwhile gives nothing without end", async () => {
  const steps = createBulkJobSteps(t, lodos);
  const creator = await t.user(lodos, { roles: [managing, editor] });
  const user = await t.user(lodos);
  const job = await steps.start(
    { action: "add-role", roleId: editor, users: { ids: [user.userId] } },
    t.as(creator),
  );
  await t.sql("UPDATE user_roles SET expires_at = $3 WHERE user_id = $1 AND role_id = $2", [
    creator.userId,
    editor,
    end,
  ]);
  await t.drainOutbox();

  expect(await steps.outcomes(job.id)).toEqual([`${user.name}: refused forbidden/grant-ceiling`]);
});
