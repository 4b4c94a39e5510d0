/** Parses `SMTP_URL`: the mail server, and whether its connection must be encrypted. */

/** The schemes of `SMTP_URL`. */
export const smtpProtocols = ["smtp:", "smtps:", "smtp+insecure:"] as const;

/** A mail server, as the SMTP client needs it. */
export interface SmtpServer {
  /** For the client: `smtp://` or `smtps://`, with user and password, without parameters that weaken the encryption. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /**
   * `always`: from the first byte · `required`: by STARTTLS, or no email is sent · `offered`: by STARTTLS where the
   * server offers it, which an attacker in between can prevent.
   */
  readonly encryption: "always" | "required" | "offered";
}

/** Client parameters that would change the encryption, which only the scheme decides. */
const encryptionParameters = ["requireTLS", "ignoreTLS", "opportunisticTLS", "secure", "allowInsecureAuth"];

/**
 * Parses `SMTP_URL`. A password is never sent over an unencrypted connection: with one, `smtp://` requires STARTTLS,
 * except on loopback addresses and with `smtp+insecure://`.
 */
export function readSmtpUrl(text: string): SmtpServer {
  const isInsecure = text.toLowerCase().startsWith("smtp+insecure:");
  const url = new URL(isInsecure ? `smtp:${text.slice("smtp+insecure:".length)}` : text);
  for (const name of [...url.searchParams.keys()])
    if (encryptionParameters.some((one) => one.toLowerCase() === name.toLowerCase()))
      url.searchParams.delete(name);
  const isEncrypted = url.protocol === "smtps:";
  const hasPassword = url.username !== "" || url.password !== "";
  const needsEncryption = hasPassword && !isInsecure && !isLoopback(url.hostname);
  return {
    url: url.href,
    host: url.hostname,
    port: url.port === "" ? (isEncrypted ? 465 : 587) : Number(url.port),
    encryption: isEncrypted ? "always" : needsEncryption ? "required" : "offered",
  };
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** The EHLO name (RFC 5321, section 4.1.1.1): the host of the public URL. */
export function heloName(publicUrl: string): string {
  const host = new URL(publicUrl).hostname;
  if (host.startsWith("[")) return `[IPv6:${host.slice(1)}`;
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host) ? `[${host}]` : host;
}
