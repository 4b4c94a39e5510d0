/** Connects to the mail server as the mailer does and reports how the connection is encrypted. Sends no email. */
import { TLSSocket } from "node:tls";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import type { Config } from "../config.ts";
import { heloName, readSmtpUrl } from "../ports/smtp-url.ts";

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
