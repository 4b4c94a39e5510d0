/** The mailer interface: implemented by SMTP, and by files where no mail server is configured. */
import { parseEmail } from "@gatehouse/sdk/contract";
import type { SendMailOptions } from "nodemailer";
import addressparser from "nodemailer/lib/addressparser";

/** An email, ready to send. */
export interface MailMessage {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Stable across retries, so that mail servers and clients recognise duplicates: `<id@host>`. */
  readonly messageId: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The outcome of one attempt. `rejected` is final (5xx); temporary failures are thrown as `MailUnavailable`. */
export type MailOutcome =
  | { readonly status: "sent" }
  | { readonly status: "written"; readonly file: string }
  | { readonly status: "rejected"; readonly reason: string };

/** Sends emails. */
export interface Mailer {
  readonly kind: "smtp" | "files";
  readonly send: (message: MailMessage) => Promise<MailOutcome>;
  readonly close: () => Promise<void>;
}

/**
 * The mail server couldn't accept the email now: it refused, hung, dropped the connection or responded 4xx. Retry
 * later.
 */
export class MailUnavailable extends Error {
  override readonly name = "MailUnavailable";
}

/** A sender: the name may be empty. */
export interface Sender {
  readonly name: string;
  readonly address: string;
}

/** Reads `MAIL_FROM`: one address, alone or as `Name <address>`. Null for anything else. */
export function parseSender(text: string): Sender | null {
  if (/[\r\n]/.test(text)) return null;
  const [only, ...others] = addressparser(text);
  if (only?.address === undefined || others.length > 0) return null;
  const parsed = parseSenderAddress(only.address);
  return parsed === null ? null : { name: only.name, address: parsed };
}

/**
 * nodemailer's options for one email to one address.
 * @throws TypeError when `to` isn't exactly one address
 */
export function composeEmail(from: Sender, message: MailMessage): SendMailOptions {
  const recipient = parseEmail(message.to);
  if (!recipient.ok) throw new TypeError("A mail needs exactly one well-formed address.");
  return {
    from: { ...from },
    to: { name: "", address: recipient.email },
    envelope: { from: from.address, to: [recipient.email] },
    subject: message.subject,
    text: message.text,
    html: message.html,
    messageId: message.messageId,
    textEncoding: "quoted-printable",
    headers: { "Auto-Submitted": "auto-generated", ...message.headers },
    xMailer: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** A sender's host may have no dot, such as `gatehouse@localhost`. */
function parseSenderAddress(text: string): string | null {
  const parsed = parseEmail(text);
  if (parsed.ok) return parsed.email;
  const onLocalHost = /^[\w.+-]+@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;
  return onLocalHost.test(text) ? text.toLowerCase() : null;
}
