/** The mailer interface: implemented by SMTP, and by files where no mail server is configured. */

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
