import { writeMailFailure } from "@gatehouse/sdk/contract";
import {
  composeEmail,
  type Mailer,
  type MailMessage,
  type MailOutcome,
  MailUnavailable,
  type Sender,
} from "./mailer.ts";
import { describeSmtpFailure, retryWithStartTls } from "./smtp-failure.ts";
import { probeMailServer } from "./smtp-probe.ts";
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

/** How long it is remembered whether the server supports SMTPUTF8. Milliseconds. */
const supportMaxAgeMs = 10 * 60_000;

type Email = ReturnType<typeof composeEmail>;

/** Sends emails through an SMTP server over a few connections that are kept open. */
export function createSmtpMailer(options: SmtpOptions): Mailer {
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  const server = readSmtpUrl(options.url);
  const createPool = ({ createTransport }: typeof import("nodemailer"), requireTls: boolean) =>
    createTransport({
      url: server.url,
      requireTLS: requireTls,
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
  const pools = new Map<boolean, ReturnType<typeof createPool>>();
  /** The server demanded STARTTLS without offering it. */
  let isStartTlsNeeded = false;
  const send = (email: Email): Promise<unknown> => {
    const signal = AbortSignal.timeout(timeouts.delivery);
    return retryWithStartTls(server.encryption, async (isAsked) => {
      const nodemailer = await import("nodemailer"); // with the first email, because most commands send none
      const requireTls = isAsked || isStartTlsNeeded;
      const pool = pools.get(requireTls) ?? createPool(nodemailer, requireTls);
      pools.set(requireTls, pool);
      await pool.sendMail({ ...email, signal });
      isStartTlsNeeded = requireTls;
    });
  };
  let support: { readonly hasSmtpUtf8: boolean; readonly at: number } | null = null;
  const hasSmtpUtf8 = async (): Promise<boolean> => {
    if (support !== null && performance.now() - support.at < supportMaxAgeMs) return support.hasSmtpUtf8;
    const probe = await probeMailServer(server, {
      requireTls: server.encryption === "required" || isStartTlsNeeded,
      heloName: options.heloName,
      sender: null,
      timeoutMs: timeouts.connection,
    });
    support = { hasSmtpUtf8: probe.hasSmtpUtf8, at: performance.now() };
    return probe.hasSmtpUtf8;
  };
  return {
    kind: "smtp",
    send: async (message) => deliver(composeEmail(options.from, message), message, { hasSmtpUtf8, send }),
    close: async () => {
      for (const pool of pools.values()) pool.close();
    },
  };
}

/** A connection to the mail server. */
interface Connection {
  readonly hasSmtpUtf8: () => Promise<boolean>;
  readonly send: (email: Email) => Promise<unknown>;
}

async function deliver(email: Email, { to }: MailMessage, connection: Connection): Promise<MailOutcome> {
  try {
    // The address is not sent to a server that can't read it (RFC 6531, section 3.2).
    if (/[^ -~]/.test(to.split("@")[0] ?? "") && !(await connection.hasSmtpUtf8()))
      return { status: "rejected", reason: writeMailFailure("smtputf8-missing") };
    await connection.send(email);
    return { status: "sent" };
  } catch (error) {
    const { isFinal, message } = describeSmtpFailure(error);
    if (isFinal) return { status: "rejected", reason: message };
    throw new MailUnavailable(message, { cause: error });
  }
}
