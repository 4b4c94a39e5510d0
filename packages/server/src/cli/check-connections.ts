/** Checks the connection to the mail server, and describes how the one to the database is encrypted. */
import { isIP, Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { MailFailure } from "@gatehouse/sdk/contract";
import type pg from "pg";
import type { Config } from "../config.ts";
import { checkOut } from "../db/connections.ts";
import type { Engine } from "../db/engine.ts";
import { describeSmtpFailure, retryWithStartTls } from "../ports/smtp-failure.ts";
import { probeMailServer } from "../ports/smtp-probe.ts";
import { heloName, readSmtpUrl } from "../ports/smtp-url.ts";

/** The encryption of a connection. */
export interface Protection {
  /** Null when it is not encrypted. */
  readonly encryption: {
    readonly protocol: string;
    readonly cipher: string;
    readonly isServerVerified: boolean;
  } | null;
  /** Whether it stays on this machine. */
  readonly isLocal: boolean;
}

/** Inspects a connection to the next hop, which may be a pooler. Null for the embedded database. */
export async function readProtection({
  kind,
  pool,
}: Pick<Engine, "kind" | "pool">): Promise<Protection | null> {
  if (kind === "embedded") return null;
  const client = await checkOut(pool);
  try {
    return toProtection(client);
  } finally {
    client.release();
  }
}

function toProtection({ connection, host }: pg.PoolClient): Protection {
  const { stream } = connection;
  const address = stream instanceof Socket ? (stream.remoteAddress ?? "") : "";
  const isLocal = host.startsWith("/") || (isIP(address) !== 0 && /^(127\.|::1$|::ffff:127\.)/.test(address));
  if (!(stream instanceof TLSSocket)) return { encryption: null, isLocal };
  const encryption = {
    protocol: stream.getProtocol() ?? "TLS",
    cipher: stream.getCipher().name,
    isServerVerified: stream.authorized,
  };
  return { encryption, isLocal };
}

/** Whether that is enough, and what to do if not. */
export function describeProtection({ encryption, isLocal }: Protection): {
  readonly isEnough: boolean;
  readonly detail: string;
} {
  if (encryption === null) {
    return isLocal
      ? { isEnough: true, detail: "It is not encrypted, and doesn't leave this machine." }
      : {
          isEnough: false,
          detail:
            "It is not encrypted: anyone on the network path can read and change the data. Add ?sslmode=verify-full to DATABASE_URL, and sslrootcert= with the server's authority if it isn't a public one.",
        };
  }
  const message = `It is encrypted with ${encryption.protocol} (${encryption.cipher})`;
  if (encryption.isServerVerified || isLocal)
    return {
      isEnough: true,
      detail: encryption.isServerVerified
        ? `${message}, and the server's certificate was verified.`
        : `${message}, and doesn't leave this machine.`,
    };
  return {
    isEnough: false,
    detail: `${message}, but the server's certificate was not verified: an attacker on the network path can impersonate the server. Set sslmode=verify-full in DATABASE_URL.`,
  };
}

/** For each step. */
const timeoutMs = 5_000;

/**
 * Returns a sentence about encryption and authentication. `isExposed` when the password was sent over a network without
 * encryption.
 * @throws Error of the SMTP client: see `describeSmtpFailure`
 */
export async function checkMailServer({
  smtpUrl,
  publicUrl,
  mailFrom,
}: {
  readonly smtpUrl: string;
  readonly publicUrl: Config["publicUrl"];
  readonly mailFrom: Pick<Config["mailFrom"], "address">;
}): Promise<{ readonly detail: string; readonly isExposed: boolean }> {
  const server = readSmtpUrl(smtpUrl);
  const { protocol, hasSmtpUtf8 } = await retryWithStartTls(server.encryption, (requireTls) =>
    probeMailServer(server, {
      requireTls,
      heloName: heloName(publicUrl),
      sender: mailFrom.address,
      timeoutMs,
    }),
  );
  const hasUser = new URL(server.url).username !== "";
  const state = hasUser ? "The mail server accepts the user and password" : "The mail server answers";
  const encryption = protocol === null ? "not encrypted" : `encrypted with ${protocol}`;
  const limit = hasSmtpUtf8
    ? ""
    : " It doesn't support SMTPUTF8, so addresses with letters such as \u00FC before the @ can't be reached.";
  const isExposed = protocol === null && hasUser && server.encryption === "offered" && !isLocal(server.host);
  return { detail: `${state}, ${encryption}.${limit}`, isExposed };
}

/** What to do about a failure of `checkMailServer`, in one line. */
export function describeMailServerFailure(error: unknown): string {
  const { failure, message } = describeSmtpFailure(error);
  const cause = error instanceof Error && "response" in error ? "" : ` (${readMessage(error)})`;
  const sentence =
    failure === null
      ? `The mail server rejected the sender: ${message}`
      : message.replace(/\.$/, `${cause}.`);
  const advice =
    (failure === null ? undefined : mailServerAdvice[failure]) ?? "Check SMTP_URL and MAIL_FROM.";
  return `${sentence.replace(/([^.])$/, "$1.")} ${advice}`;
}

const readMessage = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).split("\n")[0];

const mailServerAdvice: Partial<Record<MailFailure, string>> = {
  "certificate-not-trusted": "Set NODE_EXTRA_CA_CERTS to a file with the certificate of its authority.",
  "certificate-expired": "Renew the certificate on the mail server, and check the clocks.",
  "certificate-other-host": "Write the name in SMTP_URL that the certificate is for.",
  "starttls-required": "Ask the administrator of the mail server, or use smtps:// in SMTP_URL.",
};

function isLocal(host: string): boolean {
  return host === "localhost" || host === "[::1]" || host.startsWith("127.");
}
