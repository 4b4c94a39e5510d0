import { createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, onTestFinished, test } from "vitest";
import { type MailServer, type MailServerBehavior, startMailServer } from "../../test/mail-server.ts";
import { checkMailServer } from "../cli/check-connections.ts";
import { type Mailer, type MailMessage, MailUnavailable } from "./mailer.ts";
import { createSmtpMailer, type SmtpTimeouts } from "./smtp-mailer.ts";

const message: MailMessage = {
  to: "elif.demirci@lodos.example",
  subject: "Ayşe Yılmaz sizi davet ediyor",
  text: "Merhaba\n",
  html: "<p>Merhaba</p>",
  messageId: "<0199d0c5.1@access.lodos.example>",
};
const from = { name: "Gatehouse", address: "gatehouse@lodos.example" };
/** Only for servers that never answer: a busy machine takes longer than that. */
const short: SmtpTimeouts = { connection: 300, greeting: 300, idle: 300, delivery: 600 };

const opened: Mailer[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((mailer) => mailer.close()));
});

function mailerFor(url: string, timeouts: Partial<SmtpTimeouts> = {}): Mailer {
  const mailer = createSmtpMailer({ url, from, timeouts, heloName: "access.lodos.example" });
  opened.push(mailer);
  return mailer;
}

async function startServer(conduct: MailServerBehavior = "accept"): Promise<MailServer> {
  const server = await startMailServer();
  server.behavior = conduct;
  onTestFinished(() => server.close());
  return server;
}

/** A listener that speaks no SMTP by itself. */
async function startListener(onConnection: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const listener: Server = createServer((socket) => {
    sockets.add(socket.on("error", () => undefined));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    listener.close();
  });
  const address = listener.address();
  if (address === null || typeof address === "string") throw new Error("not listening");
  return `smtp://127.0.0.1:${address.port}`;
}

test("an email arrives at one address with both bodies, its Message-ID and its subject intact", async () => {
  const server = await startServer();

  const outcome = await mailerFor(server.url).send(message);

  expect(outcome).toEqual({ status: "sent" });
  const [only, ...others] = server.received;
  expect(others).toEqual([]);
  expect(only?.recipients).toEqual(["elif.demirci@lodos.example"]);
  expect(only?.sender).toBe("gatehouse@lodos.example");
  expect(only?.raw.match(/^To:/gim)).toHaveLength(1);
  expect(only?.raw).not.toMatch(/^(?:Cc|Bcc|X-Mailer):/im);
  expect(only?.raw).toMatch(/^Content-Type: multipart\/alternative;/m);
  expect(only?.raw).toMatch(/^Auto-Submitted: auto-generated\r$/m);
  expect(only?.email).toMatchObject({
    subject: message.subject,
    messageId: message.messageId,
    text: "Merhaba\n",
    html: "<p>Merhaba</p>",
  });
});

test.each([
  ["a subject", { subject: "Hello\r\nBcc: thief@evil.example\r\n\r\nbody" }],
  ["a header", { headers: { "X-Note": "a\r\nBcc: thief@evil.example" } }],
])("line breaks in %s never add a header or a recipient", async (_, field) => {
  const server = await startServer();

  await mailerFor(server.url).send({ ...message, ...field });

  expect(server.received[0]?.recipients).toEqual(["elif.demirci@lodos.example"]);
  expect(server.received[0]?.raw).not.toMatch(/^Bcc:/im);
  expect(server.received[0]?.email.text).toBe("Merhaba\n");
});

test.each([
  "a@b.example, c@d.example",
  "a@b.example\r\nBcc: c@d.example",
  "Name <a@b.example>",
  "group: a@b.example;",
  '"a b"@c.example',
  "",
])("doesn't send to the recipient %j", async (to) => {
  const server = await startServer();

  await expect(mailerFor(server.url).send({ ...message, to })).rejects.toThrow(
    "exactly one well-formed address",
  );
  expect(server.received).toEqual([]);
});

test.each<[string, MailServerBehavior]>([
  ["recipient", { at: "recipient", code: 550, words: "5.1.1 No such user here" }],
  ["mail", { at: "data", code: 554, words: "5.7.1 Message looks like spam" }],
])("a rejected %s is final, with the server's message", async (_, conduct) => {
  const server = await startServer(conduct);

  const outcome = await mailerFor(server.url).send(message);

  const { code, words } = conduct as { code: number; words: string };
  expect(outcome).toEqual({ status: "rejected", reason: `${code} ${words}` });
});

test.each<[string, MailServerBehavior, string | RegExp]>([
  [
    "puts the recipient off",
    { at: "recipient", code: 450, words: "4.2.1 Greylisted" },
    "450 4.2.1 Greylisted",
  ],
  ["puts the mail off", { at: "data", code: 451, words: "4.3.0 Try later" }, "451 4.3.0 Try later"],
  [
    "is closed for maintenance",
    { at: "connection", code: 554, words: "No SMTP service here" },
    /No SMTP service here/,
  ],
  ["drops the connection in DATA", "drop in data", "The mail server closed the connection."],
  ["hangs in DATA", "hang in data", "The mail server did not respond in time."],
])("a delivery to a server that %s may be retried", async (_, conduct, words) => {
  const server = await startServer(conduct);
  const mailer = mailerFor(server.url, conduct === "hang in data" ? short : {});

  const failure = await mailer.send(message).catch((error: unknown) => error);

  expect(failure).toBeInstanceOf(MailUnavailable);
  expect(failure).toHaveProperty("message", typeof words === "string" ? words : expect.stringMatching(words));
  server.behavior = "accept";
  await expect(mailerFor(server.url).send(message)).resolves.toEqual({ status: "sent" });
  expect(new Set(server.received.map(({ email }) => email.messageId))).toEqual(new Set([message.messageId]));
});

test("a dropped email is transmitted once, because retries are up to the job queue", async () => {
  const server = await startServer("drop in data");

  await expect(mailerFor(server.url).send(message)).rejects.toThrow(MailUnavailable);

  expect(server.received).toHaveLength(1);
});

test("a server that is down, silent or trickles times out", async () => {
  const down = await startServer();
  await down.close();
  const silent = await startListener(() => undefined);
  const trickling = await startListener((socket) => {
    const drip = setInterval(() => socket.write("220-still thinking\r\n"), 50);
    socket.on("close", () => clearInterval(drip));
  });

  await expect(mailerFor(down.url).send(message)).rejects.toThrow("could not be reached");
  await expect(mailerFor(silent, short).send(message)).rejects.toThrow("did not respond in time");
  await expect(mailerFor(trickling, short).send(message)).rejects.toThrow(/in time/);
});

test("a rejected password is reported with SMTP_URL but without the password, and the email stays for a retry", async () => {
  const url = await startListener((socket) => {
    socket.write("220 ready\r\n");
    socket.on("data", (chunk) => {
      const command = chunk.toString().slice(0, 4).toUpperCase();
      socket.write(command === "EHLO" ? "250-hello\r\n250 AUTH PLAIN\r\n" : "535 5.7.8 Bad credentials\r\n");
    });
  });
  const mailer = mailerFor(url.replace("smtp://", "smtp://user:top-secret@"));

  const failure = await mailer.send(message).catch((error: unknown) => error);

  expect(failure).toBeInstanceOf(MailUnavailable);
  expect(failure).toHaveProperty("message", expect.stringMatching(/SMTP_URL.*535 5\.7\.8 Bad credentials$/));
  expect(String(failure)).not.toContain("top-secret");
});

test.each<[string, MailServerBehavior]>([
  ["wants authentication", { at: "sender", code: 530, words: "5.7.0 Authentication required" }],
  ["doesn't know the sender", { at: "sender", code: 553, words: "5.7.1 Sender not allowed" }],
])("with a server that %s at MAIL FROM the email stays for a retry", async (_, conduct) => {
  const server = await startServer(conduct);
  const mailer = mailerFor(server.url);

  await expect(mailer.send(message)).rejects.toThrow(MailUnavailable);

  server.behavior = "accept";
  await expect(mailer.send(message)).resolves.toEqual({ status: "sent" });
});

test("sends the public URL's host in EHLO", async () => {
  const server = await startServer();
  await mailerFor(server.url).send(message);
  expect(server.greetings).toEqual(["access.lodos.example"]);
});

test("an untrusted certificate is reported, and nothing is sent", async () => {
  const server = await startMailServer(0, { offersTls: true });
  onTestFinished(() => server.close());

  const failure = await mailerFor(server.url)
    .send(message)
    .catch((error: unknown) => error);

  expect(failure).toBeInstanceOf(MailUnavailable);
  expect(failure).toHaveProperty("message", "The mail server's certificate is not trusted.");
  expect(server.received).toEqual([]);
});

const robot = { name: "robot", password: "top-secret" };

test("a password isn't sent when STARTTLS is stripped from the server's reply", async () => {
  // Loopback addresses are an exception, so the server is reached by another name.
  const server = await startMailServer(0, { user: robot });
  onTestFinished(() => server.close());
  const url = server.url.replace("smtp://127.0.0.1", "smtp://robot:top-secret@0.0.0.0");

  const failure = await mailerFor(url)
    .send(message)
    .catch((error: unknown) => error);

  expect(failure).toBeInstanceOf(MailUnavailable);
  expect(failure).toHaveProperty(
    "message",
    expect.stringMatching(/^No secure connection to the mail server/),
  );
  expect(server.passwords).toEqual([]);
  expect(server.received).toEqual([]);

  // With smtp+insecure:// the same server accepts the email.
  await expect(mailerFor(url.replace("smtp:", "smtp+insecure:")).send(message)).resolves.toEqual({
    status: "sent",
  });
  expect(server.passwords).toEqual([{ password: "top-secret", isEncrypted: false }]);
});

test("a password is sent over the encrypted connection that the server offers", async () => {
  const server = await startMailServer(0, { offersTls: true, user: robot });
  onTestFinished(() => server.close());
  const url = server.url.replace("smtp://127.0.0.1", "smtp://robot:top-secret@0.0.0.0");

  const outcome = await mailerFor(`${url}?tls.rejectUnauthorized=false`).send(message);

  expect(outcome).toEqual({ status: "sent" });
  expect(server.passwords).toEqual([{ password: "top-secret", isEncrypted: true }]);
  expect(
    await checkMailServer({
      smtpUrl: `${url}?tls.rejectUnauthorized=false`,
      publicUrl: "https://a.example",
      mailFrom: from,
    }),
  ).toEqual({
    detail: "The mail server accepts the user and password, encrypted with TLSv1.3.",
    isExposed: false,
  });
});

test("the check reports a password that is sent unencrypted", async () => {
  const server = await startMailServer(0, { user: robot });
  onTestFinished(() => server.close());
  const url = server.url.replace("smtp://127.0.0.1", "smtp+insecure://robot:top-secret@0.0.0.0");
  expect(await checkMailServer({ smtpUrl: url, publicUrl: "https://a.example", mailFrom: from })).toEqual({
    detail: "The mail server accepts the user and password, not encrypted.",
    isExposed: true,
  });
});

test("a server's message is stored as one printable line of bounded length", async () => {
  const server = await startServer({
    at: "recipient",
    code: 550,
    words: `no\u0007\u202e ${"x".repeat(900)}`,
  });

  const outcome = await mailerFor(server.url).send(message);

  expect(outcome.status === "rejected" && outcome.reason).toMatch(/^550 no x{490,493}$/);
});
