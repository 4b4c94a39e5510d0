/** What sends mail. The real one speaks SMTP, or writes files where no mail server is configured. */

/** A mail, ready to send. */
export interface MailMessage {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Stable over retries, so that a mail server or reader can tell a repeated one: `<id@host>`. */
  readonly messageId: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What became of one attempt. `rejected` is final (5xx); everything temporary is thrown as `MailUnavailable`. */
export type MailOutcome =
  | { readonly status: "sent" }
  | { readonly status: "written"; readonly file: string }
  | { readonly status: "rejected"; readonly reason: string };

/** Sends mail. */
export interface Mailer {
  readonly kind: "smtp" | "files";
  readonly send: (message: MailMessage) => Promise<MailOutcome>;
  readonly close: () => Promise<void>;
}

/** The mail server could not take the mail now: refused, hung, dropped the connection or answered 4xx. Try again later. */
export class MailUnavailable extends Error {
  override readonly name = "MailUnavailable";
}
