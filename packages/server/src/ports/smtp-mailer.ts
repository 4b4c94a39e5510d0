import { type MailFailure, writeMailFailure } from "@gatehouse/sdk/contract";
import { createTransport } from "nodemailer";
import {
  composeEmail,
  type Mailer,
  type MailMessage,
  type MailOutcome,
  MailUnavailable,
  type Sender,
} from "./mailer.ts";
import { readSmtpUrl } from "./smtp-url.ts";

/** Timeouts of each step with the mail server, in milliseconds. */
export interface SmtpTimeouts {
  readonly connection: number;
  readonly greeting: number;
  /** Longest silence between two replies. */
  readonly idle: number;
  /** One delivery in total, so that a server that trickles its replies can't block a worker for ever. */
  readonly delivery: number;
}

/** The mail server and the sender. */
export interface SmtpOptions {
  /** `SMTP_URL`: see `readSmtpUrl`. */
  readonly url: string;
  readonly from: Sender;
  /** The name in EHLO. */
  readonly heloName: string;
  readonly timeouts?: Partial<SmtpTimeouts>;
}

const defaultTimeouts: SmtpTimeouts = {
  connection: 10_000,
  greeting: 10_000,
  idle: 30_000,
  delivery: 60_000,
};

/** Sends emails through an SMTP server over a few connections that are kept open. */
export function createSmtpMailer(options: SmtpOptions): Mailer {
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  const server = readSmtpUrl(options.url);
  const transport = createTransport({
    url: server.url,
    requireTLS: server.encryption === "required",
    name: options.heloName,
    pool: true,
    maxConnections: 3,
    // A dropped connection may have delivered its email. The job queue decides when to retry.
    maxRequeues: 0,
    connectionTimeout: timeouts.connection,
    dnsTimeout: timeouts.connection,
    greetingTimeout: timeouts.greeting,
    socketTimeout: timeouts.idle,
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
  send: (mail: ReturnType<typeof composeEmail> & { readonly signal: AbortSignal }) => Promise<unknown>,
): Promise<MailOutcome> {
  const mail = composeEmail(from, message);
  try {
    await send({ ...mail, signal: AbortSignal.timeout(timeouts.delivery) });
    return { status: "sent" };
  } catch (error) {
    const failure = readFailure(error);
    if (failure.isFinal) return { status: "rejected", reason: failure.message };
    throw new MailUnavailable(failure.message, { cause: error });
  }
}

/** What went wrong, in the server's own words if it sent any. */
interface Failure {
  readonly isFinal: boolean;
  readonly message: string;
}

/** Properties of nodemailer's errors. */
interface SmtpError {
  readonly code?: string;
  readonly response?: string;
  readonly permanent?: boolean;
  /** The SMTP command that got the reply. */
  readonly command?: string;
  /** The code of the underlying system error. */
  readonly originalCode?: string;
}

/**
 * Only a reply about this recipient or this message is final. Earlier ones are about the server or the account, such
 * as "authentication required" at MAIL FROM: the operator fixes it, and the email waits.
 */
const commandsAboutThisEmail = new Set(["RCPT TO", "DATA"]);

/** Untrusted certificates and failed handshakes. */
const tlsError = /CERT|^ERR_(?:TLS|SSL)_|^EPROTO$|UNABLE_TO_(?:GET|VERIFY)/;

const failuresByCode: Readonly<Record<string, MailFailure>> = {
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
  const reply = response === undefined ? "" : toPrintable(response);
  const failure = tlsError.test(originalCode ?? "")
    ? "not-secure"
    : (failuresByCode[code ?? ""] ?? "not-handed-over");
  const isFinal = permanent === true && commandsAboutThisEmail.has(command ?? "");
  // A reply about the email is sufficient by itself.
  const needsDescription = reply === "" || code === "EAUTH" || code === "ETLS";
  const message = needsDescription ? writeMailFailure(failure, reply) : reply;
  return { isFinal, message: message };
}

const maxMessageLength = 500;

/** A server's reply on one line: it is displayed and stored, so only printable characters are kept. */
function toPrintable(response: string): string {
  return response
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]+/gu, " ")
    .replace(/ {2,}/g, " ")
    .trim()
    .slice(0, maxMessageLength);
}
