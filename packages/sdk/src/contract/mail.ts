/** Mail settings, test emails, and the reasons why an email could not be sent. */
import * as z from "zod/mini";
import { endpoint, inOrganization } from "./common.ts";

/** How emails are sent. The operator configures it with `SMTP_URL` and `MAIL_FROM`. */
export const mailSettings = z.strictObject({
  /** `files`: no mail server is configured; emails are written to the data folder and not sent. */
  kind: z.enum(["smtp", "files"]),
  /** `host:port` of the mail server, without user name and password; null without one. */
  server: z.nullable(z.string()),
  /** Whether TLS is required; otherwise it is used if the server offers it. */
  isEncrypted: z.boolean(),
  /** The sender of emails. */
  sender: z.strictObject({ name: z.string(), address: z.string() }),
  /**
   * The process that sends emails. `missing`: no heartbeat for a minute; emails wait in the queue. `unknown`: the database is
   * read-only, so that no heartbeat can be recorded.
   */
  worker: z.enum(["running", "missing", "unknown"]),
  /** Emails and other jobs that are due and wait for a worker. */
  waitingJobs: z.int(),
});

/** Result of a test email. */
export const mailTest = z.strictObject({
  /**
   * `sent`: the mail server accepted it · `written`: to a file · `rejected`: the server rejects this email permanently ·
   * `unavailable`: it can't be sent now, for example because the server doesn't respond.
   */
  status: z.enum(["sent", "written", "rejected", "unavailable"]),
  /** The recipient. */
  to: z.string(),
  /** Why it failed, with the mail server's response if there was one; null on success. */
  reason: z.nullable(z.string()),
});

const mail = "/organizations/:organizationId/mail";

export const getMailSettings = endpoint({
  method: "GET",
  path: mail,
  operationId: "getMailSettings",
  tag: "Mail",
  summary: "How emails are sent",
  params: inOrganization,
  success: { status: 200, body: mailSettings },
});

export const sendTestMail = endpoint({
  method: "POST",
  path: `${mail}/test`,
  operationId: "sendTestMail",
  tag: "Mail",
  summary:
    "Sends a test email to the caller now, outside the job queue, and returns the mail server's response",
  params: inOrganization,
  success: { status: 200, body: mailTest },
});

/** How emails are sent. */
export type MailSettings = z.infer<typeof mailSettings>;
/** Result of a test email. */
export type MailTest = z.infer<typeof mailTest>;

/**
 * Why an email could not be sent: stable code → English sentence. The mail server's own response may follow it. Sentences are
 * stored: an edited one moves to `formerSentences`.
 */
export const mailFailures = {
  "connection-lost": "The mail server closed the connection.",
  timeout: "The mail server did not respond in time.",
  "not-accepted": "The mail server did not accept the email in time.",
  "unknown-host": "The mail server's name could not be found.",
  unreachable: "The mail server could not be reached.",
  "not-secure": "No secure connection to the mail server could be made.",
  "certificate-not-trusted": "The mail server's certificate is not trusted.",
  "certificate-expired": "The mail server's certificate has expired or is not valid yet.",
  "certificate-other-host": "The mail server's certificate is for another name than the one in SMTP_URL.",
  "starttls-required": "The mail server requires STARTTLS, but the encryption could not be started.",
  "smtputf8-missing":
    "The mail server does not support SMTPUTF8, which an address with letters outside ASCII before the @ needs.",
  "wrong-password": "The mail server rejected the user name and password in SMTP_URL.",
  "password-missing": "The mail server requires a user name and password: set them in SMTP_URL.",
  "not-smtp": "The server at this address is not a mail server.",
  "not-sent": "The email could not be delivered to the mail server.",
  "not-written": "The email could not be saved in the data folder.",
  interrupted: "The last attempt ended before the mail server responded.",
  expired: "The invitation expired before its email could be sent.",
} as const;

/** Sentences of earlier versions, which are still stored. */
const formerSentences: readonly (readonly [MailFailure, string])[] = [
  ["connection-lost", "The mail server broke off the connection."],
  ["timeout", "The mail server did not answer in time."],
  ["not-accepted", "The mail server did not take the mail in time."],
  ["wrong-password", "The mail server refused the user name and password in SMTP_URL."],
  ["password-missing", "The mail server wants a user name and password: put them into SMTP_URL."],
  ["not-smtp", "The mail server gave an answer that is not SMTP."],
  ["not-sent", "The mail could not be handed to the mail server."],
  ["not-written", "The mail could not be written into the data folder."],
  ["interrupted", "The last try broke off before the mail server answered."],
  ["expired", "The invitation expired before its mail could be sent."],
];

/** Code of a failure. */
export type MailFailure = keyof typeof mailFailures;

const separator = " It said: ";

/** Formats a failure as one text, with the mail server's response if there was one. */
export function writeMailFailure(failure: MailFailure, said = ""): string {
  return said === "" ? mailFailures[failure] : `${mailFailures[failure]}${separator}${said}`;
}

/** Parses a text of `writeMailFailure`, so that the failure can be translated. */
export function readMailFailure(text: string): {
  /** Null if the whole text is the mail server's. */
  readonly failure: MailFailure | null;
  /** The mail server's response; empty if there was none. */
  readonly said: string;
} {
  const sentences = [...(Object.entries(mailFailures) as [MailFailure, string][]), ...formerSentences];
  for (const [failure, sentence] of sentences) {
    if (text === sentence) return { failure, said: "" };
    if (text.startsWith(sentence + separator))
      return { failure, said: text.slice(sentence.length + separator.length) };
  }
  return { failure: null, said: text };
}
