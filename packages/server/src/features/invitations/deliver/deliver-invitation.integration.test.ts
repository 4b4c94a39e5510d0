import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { InvitationView } from "@gatehouse/sdk/contract";
import { simpleParser } from "mailparser";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { createTestApp, type TestApp } from "../../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../../test/factories.ts";
import {
  acceptWithNewAccount,
  extractToken,
  getInvitationToken,
  invite,
  inviteAll,
} from "../../../../test/invitations.ts";
import { type MailServer, type ReceivedEmail, startMailServer } from "../../../../test/mail-server.ts";
import { createFileMailer } from "../../../ports/file-mailer.ts";
import { createSmtpMailer } from "../../../ports/smtp-mailer.ts";

const from = { name: "Lodos Access", address: "access@lodos.example" };
const timeouts = { connection: 1_500, greeting: 1_500, silence: 1_500, delivery: 3_000 };

let t: TestApp;
let lodos: TestOrganization;
let server: MailServer;
beforeAll(async () => {
  server = await startMailServer();
  t = await createTestApp({
    config: { publicUrl: "http://access.lodos.example" },
    mailer: createSmtpMailer({ url: server.url, from, heloName: "access.acme.example", timeouts }),
  });
  lodos = await t.organization("Lodos Retail");
});
beforeEach(() => {
  server.behavior = "accept";
});
afterAll(async () => {
  await t.close();
  await server.close();
});

async function getView(id: string): Promise<InvitationView> {
  return (await t.as(lodos.owner).get(`/organizations/${lodos.organizationId}/invitations/${id}`)).json();
}

function emailsTo(email: string): readonly ReceivedEmail[] {
  return server.received.filter(({ recipients }) => recipients.includes(email));
}

test("the email has one To, both bodies, a stable Message-ID and the link", async () => {
  const { id } = await invite(t, lodos, "elif@x.example", { more: { message: "Hoş geldin!\n<script>" } });

  await t.drainOutbox();

  const [only, ...others] = emailsTo("elif@x.example");
  expect(others).toEqual([]);
  expect(only?.recipients).toEqual(["elif@x.example"]);
  expect(only?.raw.match(/^(?:To|Cc|Bcc):/gim)).toEqual(["To:"]);
  expect(only?.email).toMatchObject({
    subject: `${lodos.owner.name} invites you to Lodos Retail`,
    messageId: `<${id}.1@access.lodos.example>`,
    from: { value: [from] },
  });
  const token = await getInvitationToken(t, lodos, id);
  expect(only?.email.text).toContain(`http://access.lodos.example/accept#${token}`);
  expect(only?.email.html).toContain(`href="http://access.lodos.example/accept#${token}"`);
  expect(only?.email.html).toContain("Hoş geldin!<br>&lt;script&gt;");
  expect(await getView(id)).toMatchObject({ delivery: "sent", lastSentAt: t.clock.now().toISOString() });
});

test("after a temporary rejection the same email is sent again", async () => {
  server.behavior = { at: "data", code: 451, words: "4.7.1 Greylisted, try later" };
  const { id } = await invite(t, lodos, "later@x.example");

  await t.drainOutbox();
  expect(await getView(id)).toMatchObject({
    delivery: "queued",
    deliveryError: "451 4.7.1 Greylisted, try later",
    lastSentAt: null,
  });
  server.behavior = "accept";
  await t.drainOutbox({ retries: true });

  const sent = await getView(id);
  expect(sent).toMatchObject({ delivery: "sent" });
  expect(sent.deliveryError).toBeUndefined();
  const emails = emailsTo("later@x.example");
  expect(emails.map(({ accepted }) => accepted)).toEqual([false, true]);
  expect(new Set(emails.map(({ email }) => email.messageId))).toEqual(
    new Set([`<${id}.1@access.lodos.example>`]),
  );
  expect(extractToken(emails[0]?.email.text)).toBe(extractToken(emails[1]?.email.text));
});

test("a permanent rejection fails with the server's response and is not retried", async () => {
  server.behavior = { at: "recipient", code: 550, words: "5.1.1 No such user here" };
  const { id } = await invite(t, lodos, "nobody@x.example");

  await t.drainOutbox();

  expect(await getView(id)).toMatchObject({
    status: "pending",
    delivery: "failed",
    deliveryError: "550 5.1.1 No such user here",
  });
  expect(await t.drainOutbox({ retries: true })).toBe(0);
});

test("while the mail server hangs the API responds, and the email stays queued", async () => {
  server.behavior = "hang in data";
  const { id } = await invite(t, lodos, "hanging@x.example");
  let hasEnded = false;
  const work = t.drainOutbox().then(() => {
    hasEnded = true;
  });

  await inviteAll(t, lodos, { emails: ["meanwhile@x.example"], more: { send: false } });
  expect(hasEnded).toBe(false);
  await work;

  expect(await getView(id)).toMatchObject({
    delivery: "queued",
    // Which of the two timeouts ends first depends on the load of the machine.
    deliveryError: expect.stringMatching(/^The mail server did not (?:respond|accept the email) in time\.$/),
  });
  server.behavior = "accept";
  await t.drainOutbox({ retries: true });
  expect(await getView(id)).toMatchObject({ delivery: "sent" });
});

test("when the connection drops before the response, the email is sent again", async () => {
  server.behavior = "drop in data";
  const { id } = await invite(t, lodos, "dropped@x.example");

  await t.drainOutbox();
  expect(await getView(id)).toMatchObject({
    delivery: "queued",
    deliveryError: "The mail server closed the connection.",
  });
  server.behavior = "accept";
  await t.drainOutbox({ retries: true });

  expect(await getView(id)).toMatchObject({ delivery: "sent" });
  expect(new Set(emailsTo("dropped@x.example").map(({ email }) => email.messageId)).size).toBe(1);
});

test("while the mail server is down emails stay queued", async () => {
  await server.close();
  const { id } = await invite(t, lodos, "down@x.example");
  await t.drainOutbox();
  expect(await getView(id)).toMatchObject({
    delivery: "queued",
    deliveryError: "The mail server could not be reached.",
  });

  server = await startMailServer(server.port);
  await t.drainOutbox({ retries: true });

  expect(await getView(id)).toMatchObject({ delivery: "sent" });
  expect(emailsTo("down@x.example")).toHaveLength(1);
});

test("after the last attempt the invitation shows the error, and its link still works", async () => {
  server.behavior = { at: "data", code: 452, words: "4.2.2 Mailbox full" };
  const { id } = await invite(t, lodos, "full@x.example");

  for (let tries = 0; tries < 13; tries++) await t.drainOutbox({ retries: true });

  expect(emailsTo("full@x.example")).toHaveLength(13);
  expect(await getView(id)).toMatchObject({ delivery: "failed", deliveryError: "452 4.2.2 Mailbox full" });
  expect((await acceptWithNewAccount(t, await getInvitationToken(t, lodos, id))).statusCode).toBe(201);
});

test("a job that runs again after its email was recorded sends nothing", async () => {
  const { id } = await invite(t, lodos, "noted@x.example");
  await t.drainOutbox();
  const job = {
    kind: "invitation-mail",
    organizationId: lodos.organizationId,
    invitationId: id,
    generation: 1,
  } as const;

  await t.handlers["invitation-mail"](job, { tryNumber: 2, isLast: false });

  expect(emailsTo("noted@x.example")).toHaveLength(1);
});

test("a process that dies between sending and recording repeats the email with the same Message-ID", async () => {
  const { id } = await invite(t, lodos, "died@x.example");
  const job = {
    kind: "invitation-mail",
    organizationId: lodos.organizationId,
    invitationId: id,
    generation: 1,
  } as const;
  const ignoreUpdates = "CREATE RULE ignore_updates AS ON UPDATE TO invitations DO INSTEAD NOTHING";

  await t.sql(ignoreUpdates);
  await t.handlers["invitation-mail"](job, { tryNumber: 1, isLast: false });
  await t.sql("DROP RULE ignore_updates ON invitations");
  await t.drainOutbox();

  const emails = emailsTo("died@x.example");
  expect(emails).toHaveLength(2);
  expect(emails[0]?.email.messageId).toBe(emails[1]?.email.messageId);
  expect(await getView(id)).toMatchObject({ delivery: "sent" });
});

test("sends no email for invitations that were revoked, replaced or expired meanwhile", async () => {
  const path = `/organizations/${lodos.organizationId}/invitations`;
  const revoked = await invite(t, lodos, "revoked@x.example");
  await t.as(lodos.owner).delete(`${path}/${revoked.id}`);
  const replaced = await invite(t, lodos, "replaced@x.example");
  await invite(t, lodos, "replaced@x.example");
  const expired = await invite(t, lodos, "expired@x.example", { more: { expiresInDays: 1 } });
  t.clock.advance(24 * 3600 * 1000);

  await t.drainOutbox({ retries: true }); // the second email to one address is delayed by a minute

  expect(emailsTo("revoked@x.example")).toEqual([]);
  expect(emailsTo("replaced@x.example").map(({ email }) => email.messageId)).toEqual([
    `<${replaced.id}.2@access.lodos.example>`,
  ]);
  expect(emailsTo("expired@x.example")).toEqual([]);
  expect(await getView(expired.id)).toMatchObject({
    delivery: "failed",
    deliveryError: "The invitation expired before its email could be sent.",
  });
});

test("without a mail server the email is written to a file and not marked as sent", async () => {
  const directory = await mkdtemp(join(tmpdir(), "gatehouse-mail-"));
  const files = await createTestApp({ mailer: createFileMailer({ directory, from, clock: t.clock }) });
  onTestFinished(async () => {
    await files.close();
    await rm(directory, { recursive: true });
  });
  const organization = await files.organization();
  const path = `/organizations/${organization.organizationId}/invitations`;
  const { id, delivery } = await invite(files, organization, "file@x.example");

  await files.drainOutbox();

  expect(delivery).toBe("not-configured");
  const view = (await files.as(organization.owner).get(`${path}/${id}`)).json();
  expect(view).toMatchObject({ delivery: "not-configured", lastSentAt: null });
  const [name = "", ...others] = await readdir(directory);
  expect(others).toEqual([]);
  const mail = await simpleParser(await readFile(join(directory, name)));
  expect((await acceptWithNewAccount(files, extractToken(mail.text))).statusCode).toBe(201);
});
