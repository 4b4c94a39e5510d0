/** Certificates, STARTTLS on demand, and SMTPUTF8, in real conversations with a mail server. */
import { expect, onTestFinished, test } from "vitest";
import {
  type MailServer,
  type MailServerOptions,
  readCertificate,
  startMailServer,
} from "../../test/mail-server.ts";
import { checkMailServer, describeMailServerFailure } from "../cli/check-connections.ts";
import { type Mailer, type MailMessage, MailUnavailable } from "./mailer.ts";
import { createSmtpMailer } from "./smtp-mailer.ts";

const message: MailMessage = {
  to: "elif@lodos.example",
  subject: "Hello",
  text: "Hello\n",
  html: "<p>Hello</p>",
  messageId: "<1@access.lodos.example>",
};
const from = { name: "Gatehouse", address: "gatehouse@lodos.example" };
const trusting = "?tls.rejectUnauthorized=false";
async function start(
  options: MailServerOptions,
  parameters = "",
): Promise<{ readonly server: MailServer; readonly mailer: Mailer; readonly url: string }> {
  const server = await startMailServer(0, options);
  const scheme = options.isTlsOnly === true ? "smtps:" : "smtp:";
  const url = `${server.url.replace("smtp:", scheme)}${parameters}`;
  const mailer = createSmtpMailer({ url, from, heloName: "access.lodos.example" });
  onTestFinished(async () => {
    await mailer.close();
    await server.close();
  });
  return { server, mailer, url };
}

/** What is told after an attempt, and what `doctor` says. */
async function fail({ mailer, url }: { readonly mailer: Mailer; readonly url: string }): Promise<string[]> {
  const failure: unknown = await mailer.send(message).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(MailUnavailable);
  const check = checkMailServer({ smtpUrl: url, publicUrl: "https://a.example", mailFrom: from });
  const doctor = await check.then(
    ({ detail }) => detail,
    (error: unknown) => describeMailServerFailure(error),
  );
  return [(failure as Error).message, doctor];
}

const trust = (name: "expired" | "other") => `?tls.ca=${encodeURIComponent(readCertificate(name))}`;

test.each<[string, MailServerOptions, string, RegExp, RegExp]>([
  [
    "not trusted, after STARTTLS",
    { offersTls: true },
    "",
    /^The mail server's certificate is not trusted\.$/,
    /^The mail server's certificate is not trusted \(.*self-signed certificate.*\)\. Set NODE_EXTRA_CA_CERTS /,
  ],
  [
    "not trusted, from the first byte",
    { isTlsOnly: true },
    "",
    /^The mail server's certificate is not trusted\.$/,
    /^The mail server's certificate is not trusted \(.*\)\. Set NODE_EXTRA_CA_CERTS /,
  ],
  [
    "expired, after STARTTLS",
    { offersTls: true, certificate: readCertificate("expired") },
    trust("expired"),
    /certificate has expired or is not valid yet\.$/,
    /Renew the certificate/,
  ],
  [
    "expired, from the first byte",
    { isTlsOnly: true, certificate: readCertificate("expired") },
    trust("expired"),
    /certificate has expired or is not valid yet\.$/,
    /Renew the certificate/,
  ],
  [
    "for another host, after STARTTLS",
    { offersTls: true, certificate: readCertificate("other") },
    trust("other"),
    /certificate is for another name than the one in SMTP_URL\.$/,
    /Write the name in SMTP_URL/,
  ],
  [
    "for another host, from the first byte",
    { isTlsOnly: true, certificate: readCertificate("other") },
    trust("other"),
    /certificate is for another name than the one in SMTP_URL\.$/,
    /Write the name in SMTP_URL/,
  ],
])("reports a certificate that is %s", async (_, options, parameters, told, advice) => {
  const running = await start(options, parameters);
  const [reason, doctor] = await fail(running);
  expect(reason).toMatch(told);
  expect(doctor).toMatch(advice);
  expect(running.server.received).toEqual([]);
});

test("uses STARTTLS when the server demands it with 530, and from then on at once", async () => {
  const { server, mailer, url } = await start({ offersTls: true, demandsTls: true }, trusting);
  expect(await mailer.send(message)).toEqual({ status: "sent" });
  expect(server.senders.map(({ isEncrypted }) => isEncrypted)).toEqual([false, true]);
  expect(await mailer.send(message)).toEqual({ status: "sent" });
  expect(server.senders.map(({ isEncrypted }) => isEncrypted)).toEqual([false, true, true]);
  expect(server.accepted()).toHaveLength(2);
  const check = await checkMailServer({ smtpUrl: url, publicUrl: "https://a.example", mailFrom: from });
  expect(check).toEqual({ detail: "The mail server answers, encrypted with TLSv1.3.", isExposed: false });
});

test("reports that the server demands STARTTLS when it can't be started", async () => {
  const running = await start({ demandsTls: true });
  const [reason, doctor] = await fail(running);
  expect(reason).toBe(
    "The mail server requires STARTTLS, but the encryption could not be started. It said: 530 5.7.0 Must issue a STARTTLS command first",
  );
  expect(doctor).toBe(`${reason}. Ask the administrator of the mail server, or use smtps:// in SMTP_URL.`);
  expect(running.server.received).toEqual([]);
});

test("reports the certificate when the STARTTLS that the server demands meets an untrusted one", async () => {
  const [reason] = await fail(await start({ offersTls: true, demandsTls: true }));
  expect(reason).toBe("The mail server's certificate is not trusted.");
});

test("sends to an address with letters outside ASCII when the server supports SMTPUTF8", async () => {
  const { server, mailer } = await start({});
  const to = "\u00FCnal@xn--mnchen-3ya.example";
  expect(await mailer.send({ ...message, to })).toEqual({ status: "sent" });
  expect(server.senders.at(-1)).toMatchObject({ isUtf8: true });
  expect(server.accepted().map(({ recipients }) => recipients.length)).toEqual([1]);
});

test("rejects such an address when the server lacks SMTPUTF8, and doesn't send it", async () => {
  const { server, mailer, url } = await start({ lacksSmtpUtf8: true });
  expect(await mailer.send({ ...message, to: "\u00FCnal@lodos.example" })).toEqual({
    status: "rejected",
    reason: expect.stringMatching(
      /^The mail server does not support SMTPUTF8, which an address with letters /,
    ),
  });
  expect(server.senders).toEqual([]);
  expect(await mailer.send({ ...message, to: "unal@xn--mnchen-3ya.example" })).toEqual({ status: "sent" });
  const { detail } = await checkMailServer({ smtpUrl: url, publicUrl: "https://a.example", mailFrom: from });
  expect(detail).toMatch(/^The mail server answers, not encrypted\. It doesn't support SMTPUTF8, /);
});

test("reports a recipient that a server with SMTPUTF8 rejects for its letters", async () => {
  const { server, mailer } = await start({});
  server.behavior = { at: "recipient", code: 553, words: "5.6.7 Non-ASCII addresses not permitted" };
  expect(await mailer.send({ ...message, to: "\u00FCnal@lodos.example" })).toEqual({
    status: "rejected",
    reason: expect.stringMatching(/SMTPUTF8.* It said: 553 5\.6\.7 Non-ASCII addresses not permitted$/),
  });
});
