/** An SMTP server on loopback whose behavior a test can change. */
import { readFileSync } from "node:fs";
import type { AddressInfo, Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer, type SMTPServerSession } from "smtp-server";

/** What the server does with messages. */
export type MailServerBehavior =
  | "accept"
  /** Closes the connection after DATA, before the reply. */
  | "drop in data"
  /** Never replies to DATA. */
  | "hang in data"
  /** Replies with this code at one step. */
  | { readonly at: SmtpStep; readonly code: number; readonly words: string };

type SmtpStep = "connection" | "sender" | "recipient" | "data";

/** TLS and authentication. */
export interface MailServerOptions {
  /** Offers STARTTLS with a self-signed certificate for `localhost`, or with `certificate`. */
  readonly offersTls?: boolean;
  /** Speaks TLS from the first byte. */
  readonly isTlsOnly?: boolean;
  /** Accepts no sender before STARTTLS, which it doesn't announce. */
  readonly demandsTls?: boolean;
  /** Private key and certificate as PEM. */
  readonly certificate?: string;
  /** Doesn't announce SMTPUTF8. */
  readonly lacksSmtpUtf8?: boolean;
  /** Accepts this user's password, also without TLS. */
  readonly user?: { readonly name: string; readonly password: string };
}

/** An email that was sent with DATA. */
export interface ReceivedEmail {
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly raw: string;
  readonly email: ParsedMail;
  /** Whether the server replied with 250. */
  readonly accepted: boolean;
}

/** A running mail server. */
export interface MailServer {
  readonly url: string;
  readonly port: number;
  behavior: MailServerBehavior;
  /** Every email, accepted or not, in order. */
  readonly received: readonly ReceivedEmail[];
  /** EHLO names of clients. */
  readonly greetings: readonly string[];
  /** Every MAIL FROM, accepted or not, in order. */
  readonly senders: readonly {
    readonly address: string;
    readonly isEncrypted: boolean;
    readonly isUtf8: boolean;
  }[];
  /** Received passwords. */
  readonly passwords: readonly { readonly password: string; readonly isEncrypted: boolean }[];
  /** Accepted emails. */
  readonly accepted: () => readonly ReceivedEmail[];
  readonly close: () => Promise<void>;
}

/** A private key with its self-signed certificate, as PEM: `localhost`, `expired`, or `other` for another host. */
export function readCertificate(name: "localhost" | "expired" | "other"): string {
  return readFileSync(new URL(`fixtures/certificates/${name}.pem`, import.meta.url), "utf8");
}

/** Starts a mail server on `port`, or on a free port. */
export async function startMailServer(
  port = 0,
  { offersTls = false, user, ...more }: MailServerOptions = {},
): Promise<MailServer> {
  const certificate = more.certificate ?? readCertificate("localhost");
  const received: ReceivedEmail[] = [];
  const greetings: string[] = [];
  const senders: MailServer["senders"][number][] = [];
  const passwords: { password: string; isEncrypted: boolean }[] = [];
  const sockets = new Set<Socket>();
  const conductNow = (): MailServerBehavior => running.behavior;
  const server = new SMTPServer({
    secure: more.isTlsOnly === true,
    hideSTARTTLS: more.demandsTls === true,
    hideSMTPUTF8: more.lacksSmtpUtf8 === true,
    key: certificate,
    cert: certificate,
    disabledCommands: [...(offersTls ? [] : ["STARTTLS"]), ...(user === undefined ? ["AUTH"] : [])],
    authOptional: true,
    allowInsecureAuth: true,
    closeTimeout: 100,
    onAuth: ({ username, password }, session, done) => {
      passwords.push({ password: password ?? "", isEncrypted: session.secure });
      if (username === user?.name && password === user?.password) done(null, { user: username });
      else done(new Error("Bad credentials"));
    },
    onMailFrom: ({ address, args }, session, done) => {
      greetings.push(session.hostNameAppearsAs);
      const isUtf8 = args !== false && "SMTPUTF8" in args;
      senders.push({ address, isEncrypted: session.secure, isUtf8 });
      if (more.demandsTls === true && !session.secure)
        return done(
          Object.assign(new Error("5.7.0 Must issue a STARTTLS command first"), { responseCode: 530 }),
        );
      done(errorAt("sender", conductNow()));
    },
    onConnect: (_, done) => done(errorAt("connection", conductNow())),
    onRcptTo: (_address, _session, done) => done(errorAt("recipient", conductNow())),
    onData: (stream, session, done) => {
      const response = async (): Promise<void> => {
        const raw = await buffer(stream);
        const conduct = conductNow();
        received.push(await toReceivedEmail(raw, session, conduct === "accept"));
        if (conduct === "hang in data") return;
        if (conduct === "drop in data") for (const socket of sockets) socket.destroy();
        else done(errorAt("data", conduct));
      };
      response().catch(done);
    },
  });
  server.on("error", () => undefined); // closed connections are part of the tests
  server.server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
  const listeningOn = (server.server.address() as AddressInfo).port;
  const running: MailServer = {
    url: `smtp://127.0.0.1:${listeningOn}`,
    port: listeningOn,
    behavior: "accept",
    received,
    greetings,
    senders,
    passwords,
    accepted: () => received.filter((one) => one.accepted),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return running;
}

async function toReceivedEmail(
  raw: Buffer,
  session: SMTPServerSession,
  accepted: boolean,
): Promise<ReceivedEmail> {
  const { mailFrom, rcptTo } = session.envelope;
  return {
    sender: mailFrom === false ? "" : mailFrom.address,
    recipients: rcptTo.map((recipient) => recipient.address),
    raw: raw.toString("utf8"),
    email: await simpleParser(raw),
    accepted,
  };
}

function errorAt(step: SmtpStep, conduct: MailServerBehavior): Error | null {
  if (typeof conduct === "string" || conduct.at !== step) return null;
  return Object.assign(new Error(conduct.words), { responseCode: conduct.code });
}
