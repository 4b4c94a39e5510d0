/** Connects to a mail server without sending an email: for `doctor`, and to learn what the server supports. */
import { TLSSocket } from "node:tls";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import type { SmtpServer } from "./smtp-url.ts";

/** What a mail server supports. */
export interface SmtpProbe {
  /** The version of TLS; null when the connection is not encrypted. */
  readonly protocol: string | null;
  /** Whether it accepts addresses with letters outside ASCII before the @ (RFC 6531). */
  readonly hasSmtpUtf8: boolean;
}

/** How to connect. */
export interface ProbeOptions {
  /** STARTTLS even if the server doesn't offer it. */
  readonly requireTls: boolean;
  /** The name in EHLO. */
  readonly heloName: string;
  /** Asks whether this sender may send (MAIL FROM); null asks nothing. */
  readonly sender: string | null;
  /** For each step. Milliseconds. */
  readonly timeoutMs: number;
}

/** Members that nodemailer documents only in its source. */
interface Conversation {
  readonly _supportedExtensions: readonly string[];
  readonly _responseActions: ((reply: string) => void)[];
  readonly _sendCommand: (command: string) => void;
}

/**
 * Connects, encrypts as the server's URL says, and signs in if it has a password.
 * @throws Error of the SMTP client: see `describeSmtpFailure`
 */
export async function probeMailServer(
  server: SmtpServer,
  { requireTls, heloName, sender, timeoutMs }: ProbeOptions,
): Promise<SmtpProbe> {
  const url = new URL(server.url);
  const connection = new SMTPConnection({
    host: server.host.replace(/^\[|\]$/g, ""),
    port: server.port,
    secure: server.encryption === "always",
    requireTLS: requireTls,
    name: heloName,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    tls: readTlsOptions(url),
  });
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined); // an error after the last step
  connection.on("error", failed.reject);
  const settle = (start: (done: (error?: Error | null) => void) => void): Promise<void> =>
    Promise.race([
      failed.promise,
      new Promise<void>((resolve, reject) => start((error) => (error ? reject(error) : resolve()))),
    ]);
  try {
    await settle((done) => connection.connect(done));
    const protocol = connection._socket instanceof TLSSocket ? connection._socket.getProtocol() : null;
    const user = decodeURIComponent(url.username);
    const credentials = { user, pass: decodeURIComponent(url.password) };
    if (user !== "") await settle((done) => connection.login({ credentials }, done));
    const conversation = connection as unknown as Conversation;
    if (sender !== null) await settle((done) => askForSender(conversation, sender, done));
    return { protocol, hasSmtpUtf8: conversation._supportedExtensions.includes("SMTPUTF8") };
  } finally {
    connection.close();
  }
}

/** Begins an email that is never continued. */
function askForSender(conversation: Conversation, sender: string, done: (error?: Error) => void): void {
  conversation._responseActions.push((response) => {
    if (response.startsWith("2")) done();
    else done(Object.assign(new Error("The sender was rejected."), { response, command: "MAIL FROM" }));
  });
  conversation._sendCommand(`MAIL FROM:<${sender}>`);
}

/** `?tls.rejectUnauthorized=false` and the like, as the mail client reads them. */
function readTlsOptions(url: URL): Record<string, string | boolean> {
  const options = [...url.searchParams].flatMap(([name, value]) =>
    name.startsWith("tls.")
      ? [[name.slice(4), value === "true" ? true : value === "false" ? false : value]]
      : [],
  );
  return Object.fromEntries(options);
}
