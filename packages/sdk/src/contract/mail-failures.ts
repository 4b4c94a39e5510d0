/** Why a mail could not be handed over. What the mail server itself said stands in its own words, after or in place of these. */

/** Every reason that Gatehouse gives, by a stable code, in English. */
export const mailFailures = {
  "connection-lost": "The mail server broke off the connection.",
  "no-answer": "The mail server did not answer in time.",
  "not-taken": "The mail server did not take the mail in time.",
  "unknown-host": "The mail server's name could not be found.",
  unreachable: "The mail server could not be reached.",
  "not-secure": "No secure connection to the mail server could be made.",
  "wrong-password": "The mail server refused the user name and password in SMTP_URL.",
  "password-missing": "The mail server wants a user name and password: put them into SMTP_URL.",
  "not-smtp": "The mail server gave an answer that is not SMTP.",
  "not-handed-over": "The mail could not be handed to the mail server.",
  "not-written": "The mail could not be written into the data folder.",
  "broken-off": "The last try broke off before the mail server answered.",
  expired: "The invitation expired before its mail could be sent.",
} as const;

/** Code of a reason. */
export type MailFailure = keyof typeof mailFailures;

const between = " It said: ";

/** A reason as one text, with the mail server's words where it said any. */
export function writeMailFailure(failure: MailFailure, said = ""): string {
  return said === "" ? mailFailures[failure] : `${mailFailures[failure]}${between}${said}`;
}

/** Takes a text of `writeMailFailure` apart, so that readers can say the reason in their language. */
export function readMailFailure(text: string): {
  /** Null when all of the text is the mail server's. */
  readonly failure: MailFailure | null;
  /** The mail server's own words; empty when it said none. */
  readonly said: string;
} {
  for (const failure of Object.keys(mailFailures) as MailFailure[]) {
    const sentence = mailFailures[failure];
    if (text === sentence) return { failure, said: "" };
    if (text.startsWith(sentence + between))
      return { failure, said: text.slice(sentence.length + between.length) };
  }
  return { failure: null, said: text };
}
