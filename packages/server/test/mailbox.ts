import { type Mailer, type MailMessage, type MailOutcome, MailUnavailable } from "../src/ports/mailer.ts";

/** A mail server that only remembers. */
export interface Mailbox extends Mailer {
  /** Every mail that it took, oldest first. */
  readonly messages: MailMessage[];
  /** What it does with the next mails: takes them, is away, or refuses them for good. */
  conduct: "accept" | "unavailable" | "reject";
}

/** A mailbox that takes every mail. */
export function createMailbox(): Mailbox {
  const mailbox: Mailbox = {
    kind: "smtp",
    messages: [],
    conduct: "accept",
    send: async (message): Promise<MailOutcome> => {
      if (mailbox.conduct === "unavailable") throw new MailUnavailable("The test's mail server is away.");
      if (mailbox.conduct === "reject") return { status: "rejected", reason: "550 no such mailbox" };
      mailbox.messages.push(message);
      return { status: "sent" };
    },
    close: async () => undefined,
  };
  return mailbox;
}
