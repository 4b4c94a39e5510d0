import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { addAuthenticator, addRecoveryCodes, factoryPassword } from "../../../test/second-factors.ts";

let t: TestApp;
let acme: TestOrganization;
let ada: TestUser;
let manager: TestUser;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization("Acme");
  manager = await t.user(acme, { name: "Grace", roles: ["app-admin"] });
});
afterAll(() => t.close());
beforeEach(async () => {
  ada = await t.user(acme, { name: "Ada", roles: ["viewer"] });
  await addAuthenticator(t, ada);
  await addRecoveryCodes(t, ada);
});

const pathOf = ({ organizationId, userId }: Pick<TestUser, "organizationId" | "userId">) =>
  `/organizations/${organizationId}/users/${userId}/second-factors`;

async function refuse(by: ReturnType<TestApp["as"]>, target: TestUser): Promise<unknown> {
  await by.get("/me");
  const before = await readDatabaseState(t);
  const response = await by.delete(pathOf(target));
  expect(await readDatabaseState(t)).toEqual(before);
  return response.json();
}

test("a manager removes the factors of a user, who is told and signs in with the password alone", async () => {
  const session = t.as(ada);
  expect((await session.get("/me")).statusCode).toBe(200);
  expect((await t.as(manager).delete(pathOf(ada))).statusCode).toBe(204);
  expect((await session.get("/me")).statusCode).toBe(401);
  expect(
    await t.sql(
      `SELECT (SELECT two_factor FROM accounts WHERE account_id = $1) AS account,
        (SELECT count(*)::integer FROM account_recovery_codes WHERE account_id = $1) AS codes`,
      [ada.accountId],
    ),
  ).toEqual([{ account: false, codes: 0 }]);
  await t.drainOutbox();
  const mail = t.mailbox.messages.at(-1);
  expect([mail?.to, mail?.subject]).toEqual([ada.email, "Your second factors for Gatehouse were removed"]);
  expect(mail?.text).toContain("An access manager of Acme");
  const [event] = await t.sql(
    "SELECT actor_id, action, target_id, changes FROM audit_events WHERE organization_id = $1 ORDER BY sequence DESC LIMIT 1",
    [acme.organizationId],
  );
  expect(event).toEqual({
    actor_id: manager.userId,
    action: "users.second-factors-removed",
    target_id: ada.userId,
    changes: [{ field: "sessions", before: 1, after: 0 }],
  });
  const { statusCode } = await t.anonymous.post("/sessions", { email: ada.email, password: factoryPassword });
  expect(statusCode).toBe(201);
  expect(await refuse(t.as(manager), ada)).toMatchObject({ status: 409, code: "second-factors/none" });
});

test("an API key with the permission is never asked for a fresh authentication", async () => {
  const permissions = ["users:view", "users:reset-credentials"];
  const { key } = await t.apiKey(acme, { permissions });
  t.clock.advance(11 * 60_000);
  expect((await t.withKey(key).delete(pathOf(ada))).statusCode).toBe(403); // the ceiling: a viewer holds more
  const all = await t.apiKey(acme, { permissions: null });
  expect((await t.withKey(all.key).delete(pathOf(ada))).statusCode).toBe(204);
});

test("a manager has to be freshly authenticated", async () => {
  const by = t.as(manager);
  await by.get("/me");
  t.clock.advance(10 * 60_000);
  expect(await refuse(by, ada)).toMatchObject({ status: 403, code: "auth/step-up" });
});

test("refuses owners, oneself, accounts of other organizations and users without a second factor", async () => {
  await addAuthenticator(t, acme.owner);
  expect(await refuse(t.as(manager), acme.owner)).toMatchObject({ code: "forbidden/grant-ceiling" });
  await t.sql("DELETE FROM account_totp WHERE account_id = $1", [acme.owner.accountId]);
  expect(await refuse(t.as(manager), manager)).toMatchObject({ code: "forbidden/own-account" });
  expect(await refuse(t.as(acme.owner), manager)).toMatchObject({ code: "second-factors/none" });
  const elsewhere = await t.organization("Elsewhere");
  const there = await t.user(elsewhere, { sameAccountAs: ada });
  for (const [by, target] of [
    [acme.owner, ada],
    [elsewhere.owner, there],
  ] as const)
    expect(await refuse(t.as(by), target)).toMatchObject({ status: 403, code: "forbidden/shared-account" });
  expect(await refuse(t.as(elsewhere.owner), ada)).toMatchObject({ status: 404 });
});
