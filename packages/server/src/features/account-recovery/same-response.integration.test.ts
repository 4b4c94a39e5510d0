/** Nobody learns from a reset request whether an address has an account. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { recordStatements } from "../../../test/record-statements.ts";
import { readTokens } from "../../../test/recovery-links.ts";

let t: TestApp;
let acme: TestOrganization;
let statements: string[];

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  statements = recordStatements(t);
});
afterAll(() => t.close());
beforeEach(async () => {
  await t.sql("DELETE FROM throttles");
});

const request = (email: string, headers: Record<string, string> = {}) =>
  t.anonymous.post("/password-resets", { email }, headers);

async function observe(email: string): Promise<unknown> {
  const jobs =
    "SELECT data->'mail'->>'email' AS email, name, start_after - created_on AS delay FROM pgboss.job";
  await t.sql("DELETE FROM pgboss.job");
  await t.sql("DELETE FROM throttles");
  statements.length = 0;
  const response = await request(email);
  const ran = [...statements];
  const { date, "x-request-id": requestId, ...headers } = response.headers;
  expect([date, requestId]).not.toContain(undefined);
  return {
    status: response.statusCode,
    body: response.body,
    headers,
    ran,
    jobs: (await t.sql(jobs)).map((job) => ({ ...job, email: job["email"] === email })),
    counts: await t.sql("SELECT failures FROM throttles"),
  };
}

test("runs the same statements and writes the same rows for known and unknown addresses", async () => {
  const known = await observe(acme.owner.email);
  const unknown = await observe("nobody@example.test");
  expect(unknown).toEqual(known);
  expect(known).toMatchObject({ status: 202, body: "{}", jobs: [{ email: true, name: "account-mail" }] });
  expect((known as { ran: readonly string[] }).ran.length).toBeGreaterThan(5);
});

test("sends and stores nothing for an address without an account", async () => {
  const before = await readDatabaseState(t);
  await request("nobody@example.test");
  await t.drainOutbox();
  expect(t.mailbox.messages.filter(({ to }) => to === "nobody@example.test")).toEqual([]);
  const after = await readDatabaseState(t);
  expect({ ...after, "pgboss.job": null }).toEqual({ ...before, "pgboss.job": null });
  expect(await t.sql("SELECT 1 FROM account_links")).toEqual([]);
});

test("sends nothing for a user who can't sign in to Gatehouse", async () => {
  const created = await t.as(acme.owner).post(`/organizations/${acme.organizationId}/users`, {
    email: "elsewhere@example.test",
    name: "Elsewhere",
    roleIds: [acme.roles.viewer],
  });
  expect(created.statusCode).toBe(201);
  expect((await request("elsewhere@example.test")).statusCode).toBe(202);
  expect(await readTokens(t, "reset", "elsewhere@example.test")).toEqual([]);
});

test.each(["isil", "a@b.example, c@d.example", ""])("rejects %j, which is no address", async (email) => {
  const before = await readDatabaseState(t);
  expect((await request(email)).json()).toMatchObject({ status: 422, code: "email/invalid" });
  expect(await readDatabaseState(t)).toEqual(before);
});

test.each([
  ["a known address", () => acme.owner.email],
  ["an unknown address", () => "nobody@example.test"],
])("throttles the sixth request for %s from one network", async (_, email) => {
  const statuses: number[] = [];
  for (let attempt = 0; attempt < 6; attempt += 1) statuses.push((await request(email())).statusCode);
  expect(statuses).toEqual([202, 202, 202, 202, 202, 429]);
  const before = await readDatabaseState(t);
  const refused = await request(email());
  expect(refused.json()).toMatchObject({ code: "throttled" });
  expect(refused.headers["retry-after"]).toBe("900");
  expect(await readDatabaseState(t)).toEqual(before);
});

test("a device on which the account has signed in isn't affected by requests of others", async () => {
  const { email } = acme.owner;
  const signedIn = await t.anonymous.post("/sessions", { email, password: "correct horse battery staple" });
  const cookies = [signedIn.headers["set-cookie"]].flat().map((cookie) => String(cookie).split(";")[0]);
  const device = cookies.find((cookie) => cookie?.includes("-device=")) ?? "";
  await t.sql("DELETE FROM sessions WHERE account_id = $1", [acme.owner.accountId]);
  for (let attempt = 0; attempt < 6; attempt += 1) await request(email);
  expect((await request(email)).statusCode).toBe(429);
  expect((await request(email, { cookie: device })).statusCode).toBe(202);
});
