/** Checks the connection to the mail server, and describes how the one to the database is encrypted. */
import { isIP, Socket } from "node:net";
import { TLSSocket } from "node:tls";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import type pg from "pg";
import type { Config } from "../config.ts";
import { checkOut } from "../db/connections.ts";
import type { Engine } from "../db/engine.ts";
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
 * @throws Error with the message of the mail server or the system
 */
export async function checkMailServer({
  smtpUrl,
  publicUrl,
}: {
  readonly smtpUrl: string;
  readonly publicUrl: Config["publicUrl"];
}): Promise<{ readonly detail: string; readonly isExposed: boolean }> {
  const server = readSmtpUrl(smtpUrl);
  const url = new URL(server.url);
  const connection = new SMTPConnection({
    host: server.host.replace(/^\[|\]$/g, ""),
    port: server.port,
    secure: server.encryption === "always",
    requireTLS: server.encryption === "required",
    name: heloName(publicUrl),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    tls: tlsOptions(url),
  });
  try {
    await new Promise<void>((resolve, reject) => {
      connection.on("error", reject);
      connection.connect((error) => (error ? reject(error) : resolve()));
    });
    const protocol = connection._socket instanceof TLSSocket ? connection._socket.getProtocol() : null;
    const user = decodeURIComponent(url.username);
    if (user !== "")
      await new Promise<void>((resolve, reject) => {
        const credentials = { user, pass: decodeURIComponent(url.password) };
        connection.login({ credentials }, (error) => (error ? reject(error) : resolve()));
      });
    const state = user === "" ? "The mail server answers" : "The mail server accepts the user and password";
    const isExposed =
      protocol === null && user !== "" && server.encryption === "offered" && !isLocal(server.host);
    return {
      detail: `${state}, ${protocol === null ? "not encrypted" : `encrypted with ${protocol}`}.`,
      isExposed,
    };
  } finally {
    connection.close();
  }
}

function isLocal(host: string): boolean {
  return host === "localhost" || host === "[::1]" || host.startsWith("127.");
}

/** `?tls.rejectUnauthorized=false` and the like, as the mail client reads them. */
function tlsOptions(url: URL): Record<string, string | boolean> {
  const options = [...url.searchParams].flatMap(([name, value]) =>
    name.startsWith("tls.")
      ? [[name.slice(4), value === "true" ? true : value === "false" ? false : value]]
      : [],
  );
  return Object.fromEntries(options);
}
