import { type Mailer, type MailOutcome, MailUnavailable } from "../ports/mailer.ts";
import { type MeasuredMail, mails, measure } from "./measured-work.ts";

/** The same mailer; each attempt to send an email is published on the channel `mails`. */
export function measureMailer(mailer: Mailer): Mailer {
  return {
    kind: mailer.kind,
    send: (message) =>
      measure<MailOutcome>(
        mails,
        () => mailer.send(message),
        (error, outcome) => ({ result: describeResult(error, outcome) }),
      ),
    close: () => mailer.close(),
  };
}

function describeResult(error: unknown, outcome: MailOutcome | null): MeasuredMail["result"] {
  if (outcome !== null) return outcome.status;
  return error instanceof MailUnavailable ? "unavailable" : "failed";
}
