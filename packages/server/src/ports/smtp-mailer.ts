import { type MailFailure, writeMailFailure } from "@gatehouse/sdk/contract";
import { createTransport } from "nodemailer";
import { composed, type Sender } from "./mail-headers.ts";
import { type Mailer, type MailMessage, type MailOutcome, MailUnavailable } from "./mailer.ts";
import { readSmtpUrl } from "./smtp-url.ts";

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
  /** `SMTP_URL`: see `readSmtpUrl`. */
  readonly url: string;
  readonly from: Sender;
  /** How this server introduces itself. */
  readonly heloName: string;
  readonly timeouts?: Partial<SmtpTimeouts>;
}

const defaultTimeouts: SmtpTimeouts = {
  connection: 10_000,
  greeting: 10_000,
  silence: 30_000,
  delivery: 60_000,
};

/** Sends mail through an SMTP server over a few connections that are kept open. */
export function createSmtpMailer(options: SmtpOptions): Mailer {
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  const server = readSmtpUrl(options.url);
  const transport = createTransport({
    url: server.url,
    requireTLS: server.encryption === "required",
    name: options.heloName,
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
  /** The SMTP command that was answered. */
  readonly command?: string;
  /** The code of the system's error behind it. */
  readonly originalCode?: string;
}

/**
 * Only an answer about this recipient or this text is final. Everything before is about the server or the account, such as
 * "authentication required" at MAIL FROM: the operator repairs it, and the mail waits.
 */
const commandsAboutThisMail = new Set(["RCPT TO", "DATA"]);

/** Certificates that can't be trusted, and handshakes that fail. */
const tlsError = /CERT|^ERR_(?:TLS|SSL)_|^EPROTO$|UNABLE_TO_(?:GET|VERIFY)/;

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
  const { code, response, permanent, command, originalCode } = error as SmtpError;
  const said = response === undefined ? "" : plain(response);
  const failure = tlsError.test(originalCode ?? "")
    ? "not-secure"
    : (failures[code ?? ""] ?? "not-handed-over");
  const isFinal = permanent === true && commandsAboutThisMail.has(command ?? "");
  // An answer about the mail says enough by itself.
  const needsWords = said === "" || code === "EAUTH" || code === "ETLS";
  const words = needsWords ? writeMailFailure(failure, said) : said;
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
