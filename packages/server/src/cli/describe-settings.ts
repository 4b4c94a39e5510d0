import type { Config } from "../config.ts";

const mask = "********";

/** The effective settings by the name of their variable. Secrets and passwords are masked. */
export function describeSettings(config: Config): Readonly<Record<string, string>> {
  const { name, address } = config.mailFrom;
  return {
    HOST: config.host,
    PORT: String(config.port),
    PUBLIC_URL: config.isPublicUrlSet ? config.publicUrl : `unset (${config.publicUrl})`,
    DATABASE_URL: config.databaseUrl === null ? "unset (embedded)" : maskUrl(config.databaseUrl),
    DATA_DIR: config.dataDir,
    SMTP_URL: config.smtpUrl === null ? "unset (emails are written to files)" : maskUrl(config.smtpUrl),
    MAIL_FROM: name === "" ? address : `${name} <${address}>`,
    SECRET_KEY: config.secretKey === null ? "unset (kept in DATA_DIR)" : mask,
    TRUSTED_PROXIES: config.trustedProxies.length === 0 ? "none" : config.trustedProxies.join(", "),
    LOG_LEVEL: config.logLevel,
    METRICS_TOKEN: config.metricsToken === null ? "unset (/metrics is closed)" : mask,
    WORKER: config.worker ? "on" : "off",
  };
}

/**
 * Masks the secrets in a URL: everything between `//` and the last `@`, because an unescaped password may contain any
 * delimiter, and parameters with the name of a secret.
 */
export function maskUrl(text: string): string {
  const masked = text.replace(/\/\/.*@/s, `//${mask}@`);
  return masked.replace(/([?&][^=&]*(?:pass|secret|token|key)[^=&]*=)[^&]*/gi, `$1${mask}`);
}
