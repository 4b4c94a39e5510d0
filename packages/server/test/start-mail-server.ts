/** A real SMTP server on loopback, whose conduct a test can change while it runs. */
import type { AddressInfo, Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer, type SMTPServerSession } from "smtp-server";

/** How the server treats what it is offered. */
export type Conduct =
  | "accept"
  /** Cuts the connection once it has read the mail, before it answers. */
  | "drop in data"
  /** Reads the mail and never answers. */
  | "hang in data"
  /** Answers with a code of its own at one step. */
  | { readonly at: Step; readonly code: number; readonly words: string };

type Step = "connection" | "sender" | "recipient" | "data";

/** How the server protects its connections. */
export interface Protection {
  /** Offers STARTTLS, with a certificate for `localhost` that nobody signed. */
  readonly offersTls?: boolean;
  /** Takes this user's password, over connections of any kind. */
  readonly user?: { readonly name: string; readonly password: string };
}

/** One mail that came as far as DATA. */
export interface ReceivedMail {
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly raw: string;
  readonly mail: ParsedMail;
  /** Whether the server took responsibility for it. */
  readonly accepted: boolean;
}

/** A running mail server. */
export interface MailServer {
  readonly url: string;
  readonly port: number;
  conduct: Conduct;
  /** Every mail that was transmitted, accepted or not, in order. */
  readonly received: readonly ReceivedMail[];
  /** What clients called themselves in EHLO. */
  readonly greetings: readonly string[];
  /** Passwords that arrived, with whether the connection was encrypted. */
  readonly passwords: readonly { readonly password: string; readonly isEncrypted: boolean }[];
  /** Those that it accepted. */
  readonly accepted: () => readonly ReceivedMail[];
  readonly close: () => Promise<void>;
}

/** Starts a mail server on `port`, or on a free one. */
export async function startMailServer(
  port = 0,
  { offersTls = false, user }: Protection = {},
): Promise<MailServer> {
  const received: ReceivedMail[] = [];
  const greetings: string[] = [];
  const passwords: { password: string; isEncrypted: boolean }[] = [];
  const sockets = new Set<Socket>();
  const conductNow = (): Conduct => running.conduct;
  const server = new SMTPServer({
    disabledCommands: [...(offersTls ? [] : ["STARTTLS"]), ...(user === undefined ? ["AUTH"] : [])],
    authOptional: true,
    allowInsecureAuth: true,
    closeTimeout: 100,
    onAuth: ({ username, password }, session, done) => {
      passwords.push({ password: password ?? "", isEncrypted: session.secure });
      if (username === user?.name && password === user?.password) done(null, { user: username });
      else done(new Error("Bad credentials"));
    },
    onMailFrom: (_address, session, done) => {
      greetings.push(session.hostNameAppearsAs);
      done(refusalAt("sender", conductNow()));
    },
    onConnect: (_, done) => done(refusalAt("connection", conductNow())),
    onRcptTo: (_address, _session, done) => done(refusalAt("recipient", conductNow())),
    onData: (stream, session, done) => {
      const answer = async (): Promise<void> => {
        const raw = await buffer(stream);
        const conduct = conductNow();
        received.push(await receive(raw, session, conduct === "accept"));
        if (conduct === "hang in data") return;
        if (conduct === "drop in data") for (const socket of sockets) socket.destroy();
        else done(refusalAt("data", conduct));
      };
      answer().catch(done);
    },
  });
  server.on("error", () => undefined); // A cut connection is part of the test.
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
    conduct: "accept",
    received,
    greetings,
    passwords,
    accepted: () => received.filter((one) => one.accepted),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return running;
}

async function receive(raw: Buffer, session: SMTPServerSession, accepted: boolean): Promise<ReceivedMail> {
  const { mailFrom, rcptTo } = session.envelope;
  return {
    sender: mailFrom === false ? "" : mailFrom.address,
    recipients: rcptTo.map((recipient) => recipient.address),
    raw: raw.toString("utf8"),
    mail: await simpleParser(raw),
    accepted,
  };
}

function refusalAt(step: Step, conduct: Conduct): Error | null {
  if (typeof conduct === "string" || conduct.at !== step) return null;
  return Object.assign(new Error(conduct.words), { responseCode: conduct.code });
}
