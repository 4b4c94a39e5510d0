import type { MailSettings, MailTest } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { invite } from "../../../test/invitations.ts";
import { type MailServer, startMailServer } from "../../../test/mail-server.ts";
import { recordHeartbeat } from "../../jobs/outbox.ts";
import { createSmtpMailer } from "../../ports/smtp-mailer.ts";

let mail: MailServer;
let t: TestApp;
let acme: TestOrganization;
let path: string;

beforeAll(async () => {
  mail = await startMailServer();
  const from = { name: "Acme access", address: "gate@acme.example" };
  const mailer = createSmtpMailer({
    url: mail.url,
    from,
    heloName: "access.acme.example",
    timeouts: { delivery: 2_000 },
  });
  const smtpUrl = mail.url.replace("smtp://", "smtp://robot:secret@");
  t = await createTestApp({ mailer, config: { smtpUrl, mailFrom: from } });
});
beforeEach(async () => {
  mail.behavior = "accept";
  acme = await t.organization();
  path = `/organizations/${acme.organizationId}/mail`;
});
afterAll(async () => {
  await t.close();
  await mail.close();
});

const send = async () => (await t.as(acme.owner).post(`${path}/test`)).json<MailTest>();

test("returns the mail server and the sender, without the password", async () => {
  const response = await t.as(acme.owner).get(path);
  expect(response.body).not.toContain("secret");
  expect(response.json<MailSettings>()).toEqual({
    kind: "smtp",
    server: `127.0.0.1:${mail.port}`,
    isEncrypted: false,
    sender: { name: "Acme access", address: "gate@acme.example" },
    worker: "missing",
    waitingJobs: 0,
  });
});

test("returns whether a worker is running, and the number of waiting jobs", async () => {
  const settings = async () => (await t.as(acme.owner).get(path)).json<MailSettings>();
  const health = async () => (await t.app.inject("/readyz")).json();
  await invite(t, acme, "waits@acme.example");
  expect(await settings()).toMatchObject({ worker: "missing", waitingJobs: 1 });
  expect(await health()).toMatchObject({ status: "ready", outbox: { worker: "missing", dueJobs: 1 } });
  const askedAgain = await Promise.all(Array.from({ length: 20 }, health));
  expect(askedAgain.every(({ outbox }) => outbox.dueJobs === 1)).toBe(true);

  await recordHeartbeat(t.db);
  await t.drainOutbox();
  expect(await settings()).toMatchObject({ worker: "running", waitingJobs: 0 });
  // Health checks response from memory, which is read again after a few seconds.
  await expect.poll(health, { timeout: 15_000 }).toMatchObject({ outbox: { worker: "running" } });

  await t.sql("UPDATE installation SET worker_seen_at = now() - interval '61 seconds'");
  expect(await settings()).toMatchObject({ worker: "missing" });
});

test("sends a test email to the user in their language, and records it", async () => {
  await t.as(acme.owner).patch("/me", { language: "tr" });
  expect(await send()).toEqual({ status: "sent", to: acme.owner.email, reason: null });
  const received = mail.accepted().at(-1);
  expect(received?.recipients).toEqual([acme.owner.email]);
  expect(received?.email.subject).toBe("Gatehouse deneme e-postası");
  expect(received?.email.text).toContain(`Merhaba ${acme.owner.name},`);
  expect(received?.email.html).toContain('lang="tr"');
  const events = await t.sql(
    "SELECT actor_id FROM audit_events WHERE organization_id = $1 AND action = 'organizations.mail-tested'",
    [acme.organizationId],
  );
  expect(events).toEqual([{ actor_id: acme.owner.userId }]);
});

test("returns the mail server's response, permanent or temporary", async () => {
  mail.behavior = { at: "recipient", code: 550, words: "No such mailbox here" };
  expect(await send()).toMatchObject({ status: "rejected", reason: "550 No such mailbox here" });
  mail.behavior = { at: "data", code: 451, words: "Come back later" };
  expect(await send()).toMatchObject({ status: "unavailable", reason: "451 Come back later" });
  mail.behavior = "hang in data";
  expect(await send()).toMatchObject({
    status: "unavailable",
    reason: "The mail server did not accept the email in time.",
  });
});

test("rejects API keys, and throttles test emails", async () => {
  const { key } = await t.apiKey(acme);
  const before = await readDatabaseState(t);
  const byProgram = await t.withKey(key).post(`${path}/test`);
  expect(byProgram.json()).toMatchObject({ status: 422, code: "mail/no-recipient" });
  expect(await readDatabaseState(t)).toEqual(before);
  for (let sent = 0; sent < 10; sent += 1) expect((await send()).status).toBe("sent");
  const refused = await t.as(acme.owner).post(`${path}/test`);
  expect(refused.json()).toMatchObject({ status: 429, code: "throttled" });
  expect(refused.headers["retry-after"]).toBeDefined();
});

test("returns the kind `files` without a mail server", async () => {
  const other = await createTestApp();
  try {
    const { organizationId, owner } = await other.organization();
    const response = await other.as(owner).get(`/organizations/${organizationId}/mail`);
    expect(response.json()).toMatchObject({ kind: "files", server: null });
  } finally {
    await other.close();
  }
});
