import type { MailSettings, MailTest } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { invite } from "../../../test/inviting.ts";
import { type MailServer, startMailServer } from "../../../test/start-mail-server.ts";
import { stateOf } from "../../../test/state-of.ts";
import { noteWorker } from "../../outbox/outbox-state.ts";
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
  acme = await t.organization();
  path = `/organizations/${acme.organizationId}/mail`;
});
afterAll(async () => {
  await t.close();
  await mail.close();
});

const send = async () => (await t.as(acme.owner).post(`${path}/test`)).json<MailTest>();

test("shows where mail goes and from whom, without the password", async () => {
  const answer = await t.as(acme.owner).get(path);
  expect(answer.body).not.toContain("secret");
  expect(answer.json<MailSettings>()).toEqual({
    kind: "smtp",
    server: `127.0.0.1:${mail.port}`,
    isEncrypted: false,
    sender: { name: "Acme access", address: "gate@acme.example" },
    worker: "missing",
    waitingJobs: 0,
  });
});

test("says whether a worker runs, and how much waits for one", async () => {
  const settings = async () => (await t.as(acme.owner).get(path)).json<MailSettings>();
  const health = async () => (await t.app.inject("/readyz")).json();
  await invite(t, acme, "waits@acme.example");
  expect(await settings()).toMatchObject({ worker: "missing", waitingJobs: 1 });
  expect(await health()).toMatchObject({ status: "ready", outbox: { worker: "missing", dueJobs: 1 } });
  const askedAgain = await Promise.all(Array.from({ length: 20 }, health));
  expect(askedAgain.every(({ outbox }) => outbox.dueJobs === 1)).toBe(true);

  await noteWorker(t.db);
  await t.drainOutbox();
  expect(await settings()).toMatchObject({ worker: "running", waitingJobs: 0 });
  // Health checks answer from memory, which is read again after a few seconds.
  await expect.poll(health, { timeout: 15_000 }).toMatchObject({ outbox: { worker: "running" } });

  await t.sql("UPDATE installation SET worker_seen_at = now() - interval '61 seconds'");
  expect(await settings()).toMatchObject({ worker: "missing" });
});

test("a test mail reaches whoever asked for it, in their language, and is in the log", async () => {
  await t.as(acme.owner).patch("/me", { language: "tr" });
  expect(await send()).toEqual({ status: "sent", to: acme.owner.email, reason: null });
  const received = mail.accepted().at(-1);
  expect(received?.recipients).toEqual([acme.owner.email]);
  expect(received?.mail.subject).toBe("Gatehouse deneme e-postası");
  expect(received?.mail.text).toContain(`Merhaba ${acme.owner.name},`);
  expect(received?.mail.html).toContain('lang="tr"');
  const events = await t.sql("SELECT actor_id FROM audit_events WHERE action = 'organizations.mail-tested'");
  expect(events).toEqual([{ actor_id: acme.owner.userId }]);
});

test("what the mail server says is told, and whether it is final", async () => {
  mail.conduct = { at: "recipient", code: 550, words: "No such mailbox here" };
  expect(await send()).toMatchObject({ status: "rejected", reason: "550 No such mailbox here" });
  mail.conduct = { at: "data", code: 451, words: "Come back later" };
  expect(await send()).toMatchObject({ status: "unavailable", reason: "451 Come back later" });
  mail.conduct = "hang in data";
  expect(await send()).toMatchObject({
    status: "unavailable",
    reason: "The mail server did not take the mail in time.",
  });
  mail.conduct = "accept";
});

test("a program gets none, and whoever sends too many has to wait; nothing is changed by either", async () => {
  const { key } = await t.apiKey(acme);
  const before = await stateOf(t);
  const byProgram = await t.withKey(key).post(`${path}/test`);
  expect(byProgram.json()).toMatchObject({ status: 422, code: "mail/no-recipient" });
  expect(await stateOf(t)).toEqual(before);
  for (let sent = 4; sent < 10; sent += 1) expect((await send()).status).toBe("sent");
  const refused = await t.as(acme.owner).post(`${path}/test`);
  expect(refused.json()).toMatchObject({ status: 429, code: "throttled" });
  expect(refused.headers["retry-after"]).toBeDefined();
});

test("without a mail server it says so", async () => {
  const other = await createTestApp();
  try {
    const { organizationId, owner } = await other.organization();
    const answer = await other.as(owner).get(`/organizations/${organizationId}/mail`);
    expect(answer.json()).toMatchObject({ kind: "files", server: null });
  } finally {
    await other.close();
  }
});
