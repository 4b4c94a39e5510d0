import { type MailFailure, writeMailFailure } from "@gatehouse/sdk/contract";
import { createTransport } from "nodemailer";
import { composed, type Sender } from "./mail-headers.ts";
import { type Mailer, type MailMessage, type MailOutcome, MailUnavailable } from "./mailer.ts";

/** How long each step with the mail server may take, in milliseconds. */
export interface SmtpTimeouts {
  readonly connection: number;
  readonly greeting: number;
  /** Longest silence between two answers. */
  readonly silence: number;
  /** One delivery in all, so that a server which trickles its answers can't hold a worker for ever. */
  readonly delivery: number;
}

/** Where mail goes and who it is from. */
export interface SmtpOptions {
  /** `smtp://` (with STARTTLS where offered) or `smtps://`, with user and password where needed. */
  readonly url: string;
  readonly from: Sender;
  readonly timeouts?: Partial<SmtpTimeouts>;
}

const patience: SmtpTimeouts = { connection: 10_000, greeting: 10_000, silence: 30_000, delivery: 60_000 };

/** Sends mail through an SMTP server over a few connections that are kept open. */
export function createSmtpMailer(options: SmtpOptions): Mailer {
  const timeouts = { ...patience, ...options.timeouts };
  const transport = createTransport({
    url: options.url,
    pool: true,
    maxConnections: 3,
    // A dropped connection may have delivered its mail. The outbox decides when to try again, and remembers it.
    maxRequeues: 0,
    connectionTimeout: timeouts.connection,
    dnsTimeout: timeouts.connection,
    greetingTimeout: timeouts.greeting,
    socketTimeout: timeouts.silence,
    logger: false,
  });
  return {
    kind: "smtp",
    send: async (message) => deliver(message, options.from, timeouts, (mail) => transport.sendMail(mail)),
    close: async () => transport.close(),
  };
}

async function deliver(
  message: MailMessage,
  from: Sender,
  timeouts: SmtpTimeouts,
  send: (mail: ReturnType<typeof composed> & { readonly signal: AbortSignal }) => Promise<unknown>,
): Promise<MailOutcome> {
  const mail = composed(from, message);
  try {
    await send({ ...mail, signal: AbortSignal.timeout(timeouts.delivery) });
    return { status: "sent" };
  } catch (error) {
    const failure = readFailure(error);
    if (failure.isFinal) return { status: "rejected", reason: failure.words };
    throw new MailUnavailable(failure.words, { cause: error });
  }
}

/** What went wrong, in the server's own words where it said any. */
interface Failure {
  readonly isFinal: boolean;
  readonly words: string;
}

/** What nodemailer's errors carry. */
interface SmtpError {
  readonly code?: string;
  readonly response?: string;
  readonly permanent?: boolean;
}

/** Only an answer about this mail is final. A refused password or greeting is for the operator to repair; the mail waits. */
const aboutThisMail = new Set(["EENVELOPE", "EMESSAGE"]);

const failures: Readonly<Record<string, MailFailure>> = {
  ECONNECTION: "connection-lost",
  ETIMEDOUT: "no-answer",
  EABORT: "not-taken",
  EDNS: "unknown-host",
  ESOCKET: "unreachable",
  ETLS: "not-secure",
  EAUTH: "wrong-password",
  ENOAUTH: "password-missing",
  EPROTOCOL: "not-smtp",
};

function readFailure(error: unknown): Failure {
  const { code, response, permanent } = error as SmtpError;
  const said = response === undefined ? "" : plain(response);
  const failure = failures[code ?? ""] ?? "not-handed-over";
  const isFinal = permanent === true && aboutThisMail.has(code ?? "");
  // An answer about the mail says enough by itself.
  const words = said === "" || code === "EAUTH" ? writeMailFailure(failure, said) : said;
  return { isFinal, words };
}

const longestWords = 500;

/** A server's answer on one line: it is shown to people and kept, so nothing but printable characters comes through. */
function plain(response: string): string {
  return response
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]+/gu, " ")
    .replace(/ {2,}/g, " ")
    .trim()
    .slice(0, longestWords);
}
