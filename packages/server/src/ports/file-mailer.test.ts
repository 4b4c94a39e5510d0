import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simpleParser } from "mailparser";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createFileMailer } from "./file-mailer.ts";
import { type MailMessage, MailUnavailable } from "./mailer.ts";

const message: MailMessage = {
  to: "elif.demirci@lodos.example",
  subject: "Ayşe Yılmaz sizi davet ediyor",
  text: "Merhaba\n",
  html: "<p>Merhaba</p>",
  messageId: "<0199d0c5.1@access.lodos.example>",
};

let folder: string;
let now: Date;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gatehouse-mail-"));
  now = new Date("2026-11-30T16:28:00.123Z");
});
afterEach(() => rm(folder, { recursive: true }));

function mailerIn(directory: string) {
  const from = { name: "Gatehouse", address: "gatehouse@localhost" };
  return createFileMailer({ directory, from, clock: { now: () => now } });
}

test("an email becomes a file that a mail client can open, dated by the clock", async () => {
  const outcome = await mailerIn(join(folder, "mail")).send(message);

  const file = join(folder, "mail", "2026-11-30T16-28-00-123Z-0199d0c5.1.eml");
  expect(outcome).toEqual({ status: "written", file });
  const mail = await simpleParser(await readFile(file));
  expect(mail).toMatchObject({
    subject: message.subject,
    messageId: message.messageId,
    date: new Date("2026-11-30T16:28:00Z"),
  });
  expect(mail).toMatchObject({
    text: "Merhaba\n",
    html: "<p>Merhaba</p>",
    from: { text: '"Gatehouse" <gatehouse@localhost>' },
  });
});

test("only the owner of the process may read the links in it", async () => {
  const directory = join(folder, "mail");

  await mailerIn(directory).send(message);

  const [file = ""] = await readdir(directory);
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
  expect((await stat(join(directory, file))).mode & 0o777).toBe(0o600);
});

test("names sort by time, and the same email at the same instant is one file", async () => {
  const mailer = mailerIn(folder);

  await mailer.send(message);
  await mailer.send(message);
  now = new Date(now.getTime() + 1);
  await mailer.send({ ...message, messageId: "<0000.9@access.lodos.example>" });

  expect((await readdir(folder)).sort()).toEqual([
    "2026-11-30T16-28-00-123Z-0199d0c5.1.eml",
    "2026-11-30T16-28-00-124Z-0000.9.eml",
  ]);
});

test("a Message-ID can't escape the folder", async () => {
  await mailerIn(join(folder, "mail")).send({ ...message, messageId: "<../../evil/x@host.example>" });

  expect(await readdir(folder)).toEqual(["mail"]);
  expect(await readdir(join(folder, "mail"))).toEqual(["2026-11-30T16-28-00-123Z-.._.._evil_x.eml"]);
});

test("if the folder can't be created, the email stays for a retry and no partial file is left", async () => {
  await writeFile(join(folder, "mail"), "in the way");

  const failure = await mailerIn(join(folder, "mail"))
    .send(message)
    .catch((error: unknown) => error);

  expect(failure).toBeInstanceOf(MailUnavailable);
  expect(failure).toHaveProperty("message", "The email could not be saved in the data folder.");
  expect(await readdir(folder)).toEqual(["mail"]);
});
