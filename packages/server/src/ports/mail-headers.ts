/** What both mailers put on a mail. Addresses are handed over as objects, never as lines of a header to be parsed again. */
import { parseEmail } from "@gatehouse/sdk/contract";
import type { SendMailOptions } from "nodemailer";
import addressparser from "nodemailer/lib/addressparser";
import type { MailMessage } from "./mailer.ts";

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

/** The options of nodemailer for one mail to one address. Throws when `to` isn't exactly one address. */
export function composed(from: Sender, message: MailMessage): SendMailOptions {
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

/** A sender may live on a host without a dot, such as `gatehouse@localhost`. */
function parseSenderAddress(text: string): string | null {
  const parsed = parseEmail(text);
  if (parsed.ok) return parsed.email;
  const onLocalHost = /^[\w.+-]+@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;
  return onLocalHost.test(text) ? text.toLowerCase() : null;
}
