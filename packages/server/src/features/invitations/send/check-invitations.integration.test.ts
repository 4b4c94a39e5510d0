import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../../test/factories.ts";
import { invite } from "../../../../test/invitations.ts";

let t: TestApp;
let lodos: TestOrganization;
let path: string;
beforeAll(async () => {
  t = await createTestApp();
  lodos = await t.organization("Lodos Retail");
  path = `/organizations/${lodos.organizationId}`;
});
afterAll(() => t.close());

const loadRows = () =>
  t.sql("SELECT i.*, (SELECT count(*) FROM audit_events) AS events FROM invitations i ORDER BY i.email");

async function check(
  client: ReturnType<TestApp["as"]>,
  emails: readonly string[],
  role: keyof TestOrganization["roles"],
) {
  const invitations = emails.map((email) => ({ email, roleIds: [lodos.roles[role]] }));
  const answer = await client.post(`${path}/invitations/check`, { invitations });
  expect(answer.statusCode).toBe(200);
  const { results } = answer.json<{ results: { email: string; status: string; code?: string }[] }>();
  return results.map(({ email, status, code }) => [email, status, code]);
}

test("returns the expected result for each address, and writes nothing", async () => {
  await invite(t, lodos, "pending@lodos.example");
  const user = await t.user(lodos, { name: "Deniz User", email: "deniz@lodos.example" });
  await t.sql("UPDATE organizations SET allowed_domains = '{lodos.example}' WHERE organization_id = $1", [
    lodos.organizationId,
  ]);
  const before = await loadRows();

  const results = await check(
    t.as(lodos.owner),
    [
      "New@lodos.example",
      "broken",
      user.email,
      "PENDING@lodos.example",
      "new@LODOS.example",
      "a@else.example",
    ],
    "viewer",
  );

  expect(results).toEqual([
    ["new@lodos.example", "ready", undefined],
    ["broken", "invalid", "email/invalid"],
    ["deniz@lodos.example", "already-user", "invitations/already-user"],
    ["pending@lodos.example", "replaces", undefined],
    ["new@lodos.example", "refused", "invitations/duplicate"],
    ["a@else.example", "refused", "invitations/domain-not-allowed"],
  ]);
  expect(await loadRows()).toEqual(before);
});

test("doesn't reveal users to an inviter who can't grant the roles", async () => {
  const role = await t.role(lodos, { name: "Inviter", permissions: ["users:invite"] });
  const inviter = t.as(await t.user(lodos, { name: "Can Inviter", roles: [role] }));

  expect(await check(inviter, ["deniz@lodos.example"], "owner")).toEqual([
    ["deniz@lodos.example", "refused", "forbidden/grant-ceiling"],
  ]);
});

test("rejects replacing an invitation whose roles exceed the inviter's permissions", async () => {
  await invite(t, lodos, "boss@lodos.example", { roles: ["owner"] });
  const role = await t.role(lodos, { name: "Small inviter", permissions: ["users:invite"] });
  const inviter = t.as(await t.user(lodos, { name: "Ece Inviter", roles: [role, "viewer"] }));

  expect(await check(inviter, ["boss@lodos.example"], "viewer")).toEqual([
    ["boss@lodos.example", "refused", "forbidden/grant-ceiling"],
  ]);
});
