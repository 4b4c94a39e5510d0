/** How mail leaves, and a try of it. */
import * as z from "zod/mini";
import { endpoint, inOrganization } from "./common.ts";

/** How mail leaves. It is the operator's to change, by `SMTP_URL` and `MAIL_FROM`. */
export const mailSettings = z.strictObject({
  /** `files`: no mail server is set, so mail is written into the data folder and nobody gets any. */
  kind: z.enum(["smtp", "files"]),
  /** `host:port` of the mail server, without user name and password; null without one. */
  server: z.nullable(z.string()),
  /** Whether mail is sent over an encrypted connection only; otherwise it is encrypted where the server offers it. */
  isEncrypted: z.boolean(),
  /** Whom mails are from. */
  sender: z.strictObject({ name: z.string(), address: z.string() }),
  /** What sends the mail. `missing` when none has said for a minute that it runs: mail waits then. */
  worker: z.enum(["running", "missing"]),
  /** Mails and other jobs that are due and wait for a worker. */
  waitingJobs: z.int(),
});

/** What became of a test mail. */
export const mailTest = z.strictObject({
  /**
   * `sent`: the mail server took it · `written`: into a file · `rejected`: the server refuses this mail for good ·
   * `unavailable`: it can't be taken now, for instance because nothing answers.
   */
  status: z.enum(["sent", "written", "rejected", "unavailable"]),
  /** Whom it was for. */
  to: z.string(),
  /** Why not, in the mail server's own words where it said any; null when all went well. */
  reason: z.nullable(z.string()),
});

const mail = "/organizations/:organizationId/mail";

export const getMailSettings = endpoint({
  method: "GET",
  path: mail,
  operationId: "getMailSettings",
  tag: "Mail",
  summary: "How mail leaves",
  params: inOrganization,
  success: { status: 200, body: mailSettings },
});

export const sendTestMail = endpoint({
  method: "POST",
  path: `${mail}/test`,
  operationId: "sendTestMail",
  tag: "Mail",
  summary: "Sends a mail to oneself now, outside the outbox, and answers what the mail server said",
  params: inOrganization,
  success: { status: 200, body: mailTest },
});

/** How mail leaves. */
export type MailSettings = z.infer<typeof mailSettings>;
/** What became of a test mail. */
export type MailTest = z.infer<typeof mailTest>;
