import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { runConcurrently } from "../../../test/run-concurrently.ts";

const day = 24 * 3_600_000;

let t: TestApp;
let acme: TestOrganization;
let manager: TestUser;
let ada: TestUser;
let path: string;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  acme = await t.organization("Acme");
  manager = await t.user(acme, { name: "Grace", roles: ["app-admin"] });
  ada = await t.user(acme, { name: "Ada", roles: ["viewer"] });
  path = `/organizations/${acme.organizationId}`;
  await t.drainOutbox();
  t.mailbox.messages.length = 0;
});

const remind = async (as = manager) =>
  (await t.as(as).post(`${path}/users/${ada.userId}/two-factor-reminder`)).json().count;
const remindAll = async () => (await t.as(manager).post(`${path}/two-factor-reminders`)).json().count;
const listEvents = () =>
  t.sql(
    "SELECT action, target_id, changes FROM audit_events WHERE organization_id = $1 AND action LIKE '%reminder%' ORDER BY sequence",
    [acme.organizationId],
  );

test("reminds a user by email, once a day, and records it", async () => {
  expect(await remind()).toBe(1);
  await t.drainOutbox();
  expect(t.mailbox.messages.map(({ to, subject }) => [to, subject])).toEqual([
    [ada.email, "Acme asks you to set up two-factor authentication"],
  ]);
  expect(t.mailbox.messages[0]?.text).toContain("/account");
  expect(t.mailbox.messages[0]?.text).toContain("nobody gets in who only knows your password");
  t.clock.advance(day - 1);
  expect(await remind(acme.owner)).toBe(0);
  t.clock.advance(1);
  expect(await remind()).toBe(1);
  expect(await listEvents()).toEqual([
    { action: "users.two-factor-reminder-sent", target_id: ada.userId, changes: [] },
    { action: "users.two-factor-reminder-sent", target_id: ada.userId, changes: [] },
  ]);
});

test("the email says in the user's language until when there is time", async () => {
  await t.sql("UPDATE accounts SET language = 'tr' WHERE account_id = $1", [ada.accountId]);
  await t.sql(
    "UPDATE organizations SET require_two_factor_since = $2, two_factor_grace_days = 3 WHERE organization_id = $1",
    [acme.organizationId, t.clock.now()],
  );
  await remind();
  await t.drainOutbox();
  const [message] = t.mailbox.messages;
  expect(message?.subject).toBe("Acme: iki aşamalı doğrulamayı kurun");
  const date = new Intl.DateTimeFormat("tr-TR", { day: "numeric", month: "long", timeZone: "UTC" });
  expect(message?.text).toContain(date.format(t.clock.now().getTime() + 3 * day));
});

test("reminds all active users without two factors who sign in to Gatehouse, each once a day", async () => {
  const safe = await t.user(acme);
  await t.sql(
    "INSERT INTO account_passkeys (passkey_id, account_id, credential_id, public_key, sign_count, transports, name, backed_up, created_at) VALUES ($1, $1, 'c', '', 0, '{}', 'Laptop', false, now())",
    [safe.accountId],
  );
  await t.user(acme, { status: "suspended" });
  const created = { email: `directory-${acme.organizationId}@example.test`, name: "X", roleIds: [] };
  expect((await t.as(acme.owner).post(`${path}/users`, created)).statusCode).toBe(201);
  expect(await remind()).toBe(1);
  expect(await remindAll()).toBe(2);
  expect(await remindAll()).toBe(0);
  await t.drainOutbox();
  expect(t.mailbox.messages.map(({ to }) => to).toSorted()).toEqual(
    [ada.email, manager.email, acme.owner.email].toSorted(),
  );
  expect((await listEvents()).at(-1)).toEqual({
    action: "organizations.two-factor-reminders-sent",
    target_id: acme.organizationId,
    changes: [{ field: "users", before: null, after: 2 }],
  });
});

test("of ten concurrent reminders one sends an email", async () => {
  const settled = await runConcurrently(10, () => remind());
  const counts = settled.map((one) => (one.status === "fulfilled" ? one.value : null));
  expect(counts.toSorted()).toEqual([...Array(9).fill(0), 1]);
  await t.drainOutbox();
  expect(t.mailbox.messages).toHaveLength(1);
});

test("rejects unknown users and users of another organization, and changes nothing", async () => {
  const stranger = (await t.organization()).owner;
  const asManager = t.as(manager);
  await asManager.get(`${path}/users`);
  const before = await readDatabaseState(t);
  for (const userId of [stranger.userId, acme.organizationId]) {
    const response = await asManager.post(`${path}/users/${userId}/two-factor-reminder`);
    expect(response.json()).toMatchObject({ status: 404, code: "not-found" });
  }
  expect(await readDatabaseState(t)).toEqual(before);
});
