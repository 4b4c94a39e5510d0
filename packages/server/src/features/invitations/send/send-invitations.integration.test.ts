import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "../../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../../test/factories.ts";
import {
  acceptWithNewAccount,
  getInvitationState,
  getInvitationToken,
  invite,
  inviteAll,
  inviteAndGetToken,
} from "../../../../test/invitations.ts";
import { runConcurrently } from "../../../../test/run-concurrently.ts";

let t: TestApp;
let lodos: TestOrganization;
let path: string;
/** May invite, and has the role Viewer. */
let manager: ApiClient;
beforeAll(async () => {
  t = await createTestApp();
  lodos = await t.organization("Lodos Retail");
  path = `/organizations/${lodos.organizationId}/invitations`;
  const role = await t.role(lodos, {
    name: "People manager",
    permissions: ["users:invite", "invitations:send", "invitations:revoke"],
  });
  manager = t.as(await t.user(lodos, { name: "Can Manager", roles: [role, "viewer"] }));
});
afterAll(() => t.close());

async function findRow(email: string) {
  const [row] = await t.sql("SELECT * FROM invitations WHERE organization_id = $1 AND email = $2", [
    lodos.organizationId,
    email,
  ]);
  return row;
}

test("each address has its own result, in the order of the request", async () => {
  await invite(t, lodos, "pending@lodos.example");
  const user = await t.user(lodos, { name: "Deniz User", email: "deniz@lodos.example" });

  const results = await inviteAll(t, lodos, {
    emails: ["New@lodos.example", "broken", user.email, "PENDING@lodos.example", "new@LODOS.example"],
  });

  expect(results.map(({ email, status, code }) => [email, status, code])).toEqual([
    ["new@lodos.example", "created", undefined],
    ["broken", "invalid", "email/invalid"],
    ["deniz@lodos.example", "already-user", "invitations/already-user"],
    ["pending@lodos.example", "replaced", undefined],
    ["new@lodos.example", "refused", "invitations/duplicate"],
  ]);
  expect(results[2]?.detail).toContain("Deniz User");
  expect(results.filter(({ invitation }) => invitation === undefined)).toHaveLength(3);
});

test("rejects only the addresses whose role exceeds the inviter's permissions, and writes nothing for them", async () => {
  const answer = await manager.post(path, {
    invitations: [
      { email: "high@lodos.example", roleIds: [lodos.roles.viewer, lodos.roles.owner] },
      { email: "low@lodos.example", roleIds: [lodos.roles.viewer] },
    ],
  });

  expect(answer.json().results).toMatchObject([
    { status: "refused", code: "forbidden/grant-ceiling", detail: expect.stringContaining("Owner") },
    { status: "created", invitation: { invitedBy: { type: "user", name: "Can Manager" } } },
  ]);
  expect(await findRow("high@lodos.example")).toBeUndefined();
  expect(await findRow("low@lodos.example")).toBeDefined();
});

test("rejects replacing an invitation whose roles exceed the inviter's permissions", async () => {
  const token = await inviteAndGetToken(t, lodos, "boss@lodos.example", { roles: ["owner"] });
  const before = await getInvitationState(t);

  const [result] = await inviteAll(t, lodos, { emails: ["boss@lodos.example"], by: manager });

  expect(result).toMatchObject({ status: "refused", code: "forbidden/grant-ceiling" });
  expect(await getInvitationState(t)).toEqual(before);
  expect((await t.anonymous.post("/invitations/lookup", { token })).statusCode).toBe(200);
});

test("returns the same error for a role of another organization and an unknown role", async () => {
  const other = await t.organization();
  const before = await getInvitationState(t);
  const roleIds = [other.roles.viewer, t.deps.ids.next()];

  const answer = await t.as(lodos.owner).post(path, {
    invitations: roleIds.map((id, index) => ({ email: `r${index}@lodos.example`, roleIds: [id] })),
  });

  const [foreign, unknown] = answer.json().results;
  expect(foreign).toMatchObject({ status: "refused", code: "roles/unknown" });
  expect({ ...foreign, email: "" }).toEqual({ ...unknown, email: "" });
  expect(await getInvitationState(t)).toEqual(before);
});

test("a second invitation replaces roles, note, expiry and link of the first", async () => {
  const first = await invite(t, lodos, "twice@lodos.example", { roles: ["viewer", "marketer"] });
  const oldToken = await getInvitationToken(t, lodos, first.id);
  t.clock.advance(60_000);

  const second = await invite(t, lodos, "twice@lodos.example", {
    roles: ["developer"],
    more: { message: "Again", expiresInDays: 1 },
  });

  expect(second).toMatchObject({ id: first.id, createdAt: first.createdAt, roles: [{ name: "Developer" }] });
  expect(Date.parse(second.expiresAt)).toBe(t.clock.now().getTime() + 24 * 3600 * 1000);
  const old = await acceptWithNewAccount(t, oldToken);
  expect(old.json()).toMatchObject({ status: 410, code: "invitations/replaced" });
  const [event] = await t.sql(
    "SELECT changes FROM audit_events WHERE action = 'invitations.replaced' ORDER BY sequence DESC LIMIT 1",
  );
  expect(event?.["changes"]).toContainEqual({
    field: "roles",
    before: expect.arrayContaining(["Marketer", "Viewer"]),
    after: ["Developer"],
  });
});

test("replaces an expired invitation, which becomes pending", async () => {
  const { id } = await invite(t, lodos, "late@lodos.example", { more: { expiresInDays: 1 } });
  t.clock.advance(2 * 24 * 3600 * 1000);
  expect((await t.as(lodos.owner).get(`${path}/${id}`)).json()).toMatchObject({ status: "expired" });

  const [result] = await inviteAll(t, lodos, { emails: ["late@lodos.example"] });

  expect(result).toMatchObject({ status: "replaced", invitation: { id, status: "pending" } });
});

test("creates a new invitation for an address whose invitation was revoked", async () => {
  const { id } = await invite(t, lodos, "again@lodos.example");
  await t.as(lodos.owner).delete(`${path}/${id}`);

  const [result] = await inviteAll(t, lodos, { emails: ["again@lodos.example"] });

  expect(result?.status).toBe("created");
  expect(result?.invitation?.id).not.toBe(id);
});

test("with send: false no email is queued, and the link works", async () => {
  const invitation = await invite(t, lodos, "quiet@lodos.example", { more: { send: false } });
  const jobs = await t.sql("SELECT count(*)::int AS n FROM pgboss.job WHERE data->>'invitationId' = $1", [
    invitation.id,
  ]);

  expect(invitation.delivery).toBe("not-configured");
  expect(jobs).toEqual([{ n: 0 }]);
  expect((await acceptWithNewAccount(t, await getInvitationToken(t, lodos, invitation.id))).statusCode).toBe(
    201,
  );
});

test("an existing account receives the email in its language", async () => {
  const otherOrganization = await t.organization();
  const known = await t.user(otherOrganization, { email: "turkce@lodos.example" });
  await t.sql("UPDATE accounts SET language = 'tr' WHERE account_id = $1", [known.accountId]);

  await inviteAll(t, lodos, { emails: [known.email, "english@lodos.example"] });

  expect(await findRow(known.email)).toMatchObject({ language: "tr" });
  expect(await findRow("english@lodos.example")).toMatchObject({ language: "en" });
});

test("ten concurrent requests with one Idempotency-Key invite once and return the same response", async () => {
  const body = { invitations: [{ email: "idem@lodos.example", roleIds: [lodos.roles.viewer] }] };
  const owner = t.as(lodos.owner);
  await owner.get(path);

  const answers = await runConcurrently(10, () => owner.post(path, body, { "idempotency-key": "k-1" }));

  const bodies = answers.map((answer) => (answer.status === "fulfilled" ? answer.value.body : answer.reason));
  expect(new Set(bodies).size).toBe(1);
  expect(await findRow("idem@lodos.example")).toMatchObject({ generation: 1 });
  const other = await owner.post(path, { ...body, message: "Other" }, { "idempotency-key": "k-1" });
  expect(other.json()).toMatchObject({ status: 422, code: "idempotency/reused" });
});

test.each([
  ["an unknown key", { invitations: [{ email: "x@y.example", roleIds: ["ROLE"], organizationId: "other" }] }],
  ["an address in an array", { invitations: [{ email: ["x@y.example"], roleIds: ["ROLE"] }] }],
  [
    "a line break in the name",
    { invitations: [{ email: "x@y.example", roleIds: ["ROLE"], name: "A\r\nBcc: b@c.example" }] },
  ],
  ["no role", { invitations: [{ email: "x@y.example", roleIds: [] }] }],
  ["no invitation", { invitations: [] }],
  ["31 days", { invitations: [{ email: "x@y.example", roleIds: ["ROLE"] }], expiresInDays: 31 }],
  [
    "a note of 1,001 characters",
    { invitations: [{ email: "x@y.example", roleIds: ["ROLE"] }], message: "x".repeat(1001) },
  ],
  [
    "1,001 addresses",
    {
      invitations: Array.from({ length: 1001 }, (_, i) => ({ email: `m${i}@y.example`, roleIds: ["ROLE"] })),
    },
  ],
])("rejects the whole request with %s", async (_, body) => {
  const before = await getInvitationState(t);

  const answer = await t
    .as(lodos.owner)
    .post(path, JSON.parse(JSON.stringify(body).replaceAll("ROLE", lodos.roles.viewer)));

  expect(answer.json()).toMatchObject({ status: 422, code: "request/invalid" });
  expect(await getInvitationState(t)).toEqual(before);
});

test("requires users:invite", async () => {
  const viewer = t.as(await t.user(lodos, { roles: ["viewer"] }));
  const before = await getInvitationState(t);

  const answer = await viewer.post(path, {
    invitations: [{ email: "x@y.example", roleIds: [lodos.roles.viewer] }],
  });

  expect(answer.json()).toMatchObject({
    status: 403,
    code: "forbidden/permission",
    params: { permission: "users:invite" },
  });
  expect(await getInvitationState(t)).toEqual(before);
});

test("an API key is the inviter, within the permissions of its creator", async () => {
  const { key } = await t.apiKey(lodos, {
    permissions: ["users:invite", "invitations:send", "campaigns:view"],
  });
  const role = await t.role(lodos, { name: "Reader", permissions: ["campaigns:view"] });

  const results = await inviteAll(t, lodos, {
    emails: ["by-key@lodos.example"],
    roles: [role],
    by: t.withKey(key),
  });
  const rejected = await inviteAll(t, lodos, {
    emails: ["above@lodos.example"],
    roles: ["viewer"],
    by: t.withKey(key),
  });

  expect(results).toMatchObject([{ status: "created", invitation: { invitedBy: { type: "api-key" } } }]);
  expect(rejected).toMatchObject([{ status: "refused", code: "forbidden/grant-ceiling" }]);
});
