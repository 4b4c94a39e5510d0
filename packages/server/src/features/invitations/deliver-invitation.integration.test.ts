import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { InvitationView } from "@gatehouse/sdk/contract";
import { simpleParser } from "mailparser";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { acceptAsNewcomer, invite, inviteAll, tokenIn, tokenOf } from "../../../test/inviting.ts";
import { type MailServer, type ReceivedMail, startMailServer } from "../../../test/start-mail-server.ts";
import { createFileMailer } from "../../ports/file-mailer.ts";
import { createSmtpMailer } from "../../ports/smtp-mailer.ts";

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
  server.conduct = "accept";
});
afterAll(async () => {
  await t.close();
  await server.close();
});

async function stateOf(id: string): Promise<InvitationView> {
  return (await t.as(lodos.owner).get(`/organizations/${lodos.organizationId}/invitations/${id}`)).json();
}

function mailsTo(email: string): readonly ReceivedMail[] {
  return server.received.filter(({ recipients }) => recipients.includes(email));
}

test("the mail that arrives has one To, both bodies, a stable Message-ID and the link", async () => {
  const { id } = await invite(t, lodos, "elif@x.example", { more: { message: "Hoş geldin!\n<script>" } });

  await t.drainOutbox();

  const [only, ...others] = mailsTo("elif@x.example");
  expect(others).toEqual([]);
  expect(only?.recipients).toEqual(["elif@x.example"]);
  expect(only?.raw.match(/^(?:To|Cc|Bcc):/gim)).toEqual(["To:"]);
  expect(only?.mail).toMatchObject({
    subject: `${lodos.owner.name} invites you to Lodos Retail`,
    messageId: `<${id}.1@access.lodos.example>`,
    from: { value: [from] },
  });
  const token = await tokenOf(t, lodos, id);
  expect(only?.mail.text).toContain(`http://access.lodos.example/accept#${token}`);
  expect(only?.mail.html).toContain(`href="http://access.lodos.example/accept#${token}"`);
  expect(only?.mail.html).toContain("Hoş geldin!<br>&lt;script&gt;");
  expect(await stateOf(id)).toMatchObject({ delivery: "sent", lastSentAt: t.clock.now().toISOString() });
});

test("a server that puts the mail off is asked again, and the same mail arrives", async () => {
  server.conduct = { at: "data", code: 451, words: "4.7.1 Greylisted, try later" };
  const { id } = await invite(t, lodos, "later@x.example");

  await t.drainOutbox();
  expect(await stateOf(id)).toMatchObject({
    delivery: "queued",
    deliveryError: "451 4.7.1 Greylisted, try later",
    lastSentAt: null,
  });
  server.conduct = "accept";
  await t.drainOutbox({ retries: true });

  const sent = await stateOf(id);
  expect(sent).toMatchObject({ delivery: "sent" });
  expect(sent.deliveryError).toBeUndefined();
  const mails = mailsTo("later@x.example");
  expect(mails.map(({ accepted }) => accepted)).toEqual([false, true]);
  expect(new Set(mails.map(({ mail }) => mail.messageId))).toEqual(
    new Set([`<${id}.1@access.lodos.example>`]),
  );
  expect(tokenIn(mails[0]?.mail.text)).toBe(tokenIn(mails[1]?.mail.text));
});

test("a refused address has failed, in the server's words, and is not tried again", async () => {
  server.conduct = { at: "recipient", code: 550, words: "5.1.1 No such user here" };
  const { id } = await invite(t, lodos, "nobody@x.example");

  await t.drainOutbox();

  expect(await stateOf(id)).toMatchObject({
    status: "pending",
    delivery: "failed",
    deliveryError: "550 5.1.1 No such user here",
  });
  expect(await t.drainOutbox({ retries: true })).toBe(0);
});

test("while the mail server hangs the API goes on answering, and the mail waits", async () => {
  server.conduct = "hang in data";
  const { id } = await invite(t, lodos, "hanging@x.example");
  let hasGivenUp = false;
  const work = t.drainOutbox().then(() => {
    hasGivenUp = true;
  });

  await inviteAll(t, lodos, { emails: ["meanwhile@x.example"], more: { send: false } });
  expect(hasGivenUp).toBe(false);
  await work;

  expect(await stateOf(id)).toMatchObject({
    delivery: "queued",
    deliveryError: "The mail server did not answer in time.",
  });
  server.conduct = "accept";
  await t.drainOutbox({ retries: true });
  expect(await stateOf(id)).toMatchObject({ delivery: "sent" });
});

test("a connection that drops before the answer counts as not sent, and the mail goes out again", async () => {
  server.conduct = "drop in data";
  const { id } = await invite(t, lodos, "dropped@x.example");

  await t.drainOutbox();
  expect(await stateOf(id)).toMatchObject({
    delivery: "queued",
    deliveryError: "The mail server broke off the connection.",
  });
  server.conduct = "accept";
  await t.drainOutbox({ retries: true });

  expect(await stateOf(id)).toMatchObject({ delivery: "sent" });
  expect(new Set(mailsTo("dropped@x.example").map(({ mail }) => mail.messageId)).size).toBe(1);
});

test("a mail server that is down holds nothing up and loses nothing", async () => {
  await server.close();
  const { id } = await invite(t, lodos, "down@x.example");
  await t.drainOutbox();
  expect(await stateOf(id)).toMatchObject({
    delivery: "queued",
    deliveryError: "The mail server could not be reached.",
  });

  server = await startMailServer(server.port);
  await t.drainOutbox({ retries: true });

  expect(await stateOf(id)).toMatchObject({ delivery: "sent" });
  expect(mailsTo("down@x.example")).toHaveLength(1);
});

test("after the last try the invitation says that it failed and why, and its link still works", async () => {
  server.conduct = { at: "data", code: 452, words: "4.2.2 Mailbox full" };
  const { id } = await invite(t, lodos, "full@x.example");

  for (let tries = 0; tries < 13; tries++) await t.drainOutbox({ retries: true });

  expect(mailsTo("full@x.example")).toHaveLength(13);
  expect(await stateOf(id)).toMatchObject({ delivery: "failed", deliveryError: "452 4.2.2 Mailbox full" });
  expect((await acceptAsNewcomer(t, await tokenOf(t, lodos, id))).statusCode).toBe(201);
});

test("a job that runs again after its mail was noted sends nothing", async () => {
  const { id } = await invite(t, lodos, "noted@x.example");
  await t.drainOutbox();
  const job = {
    kind: "invitation-mail",
    organizationId: lodos.organizationId,
    invitationId: id,
    generation: 1,
  } as const;

  await t.handlers["invitation-mail"](job, { tryNumber: 2, isLast: false });

  expect(mailsTo("noted@x.example")).toHaveLength(1);
});

test("a process that dies after sending and before noting repeats the mail with the same Message-ID", async () => {
  const { id } = await invite(t, lodos, "died@x.example");
  const job = {
    kind: "invitation-mail",
    organizationId: lodos.organizationId,
    invitationId: id,
    generation: 1,
  } as const;
  const refuseNotes = "CREATE RULE no_notes AS ON UPDATE TO invitations DO INSTEAD NOTHING";

  await t.sql(refuseNotes);
  await t.handlers["invitation-mail"](job, { tryNumber: 1, isLast: false });
  await t.sql("DROP RULE no_notes ON invitations");
  await t.drainOutbox();

  const mails = mailsTo("died@x.example");
  expect(mails).toHaveLength(2);
  expect(mails[0]?.mail.messageId).toBe(mails[1]?.mail.messageId);
  expect(await stateOf(id)).toMatchObject({ delivery: "sent" });
});

test("what was withdrawn, replaced or has expired before its mail went out is not mailed", async () => {
  const path = `/organizations/${lodos.organizationId}/invitations`;
  const revoked = await invite(t, lodos, "revoked@x.example");
  await t.as(lodos.owner).delete(`${path}/${revoked.id}`);
  const replaced = await invite(t, lodos, "replaced@x.example");
  await invite(t, lodos, "replaced@x.example");
  const expired = await invite(t, lodos, "expired@x.example", { more: { expiresInDays: 1 } });
  t.clock.advance(24 * 3600 * 1000);

  await t.drainOutbox({ retries: true }); // the second mail to one address waits for a minute

  expect(mailsTo("revoked@x.example")).toEqual([]);
  expect(mailsTo("replaced@x.example").map(({ mail }) => mail.messageId)).toEqual([
    `<${replaced.id}.2@access.lodos.example>`,
  ]);
  expect(mailsTo("expired@x.example")).toEqual([]);
  expect(await stateOf(expired.id)).toMatchObject({
    delivery: "failed",
    deliveryError: "The invitation expired before its mail could be sent.",
  });
});

test("without a mail server the mail lies in a file, and nobody says that it was sent", async () => {
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
  expect((await acceptAsNewcomer(files, tokenIn(mail.text))).statusCode).toBe(201);
});
