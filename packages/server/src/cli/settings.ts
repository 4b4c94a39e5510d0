import type { Config } from "../config.ts";

const hidden = "********";

/** Every setting as it counts, by the name of its variable. Secrets and passwords are masked. */
export function describeSettings(config: Config): Readonly<Record<string, string>> {
  const { name, address } = config.mailFrom;
  return {
    HOST: config.host,
    PORT: String(config.port),
    PUBLIC_URL: config.isPublicUrlSet ? config.publicUrl : `unset (${config.publicUrl})`,
    DATABASE_URL: config.databaseUrl === null ? "unset (embedded)" : maskUrl(config.databaseUrl),
    DATA_DIR: config.dataDir,
    SMTP_URL: config.smtpUrl === null ? "unset (mail is written to files)" : maskUrl(config.smtpUrl),
    MAIL_FROM: name === "" ? address : `${name} <${address}>`,
    SECRET_KEY: config.secretKey === null ? "unset (kept in DATA_DIR)" : hidden,
    TRUSTED_PROXIES: config.trustedProxies.length === 0 ? "none" : config.trustedProxies.join(", "),
    LOG_LEVEL: config.logLevel,
    METRICS_TOKEN: config.metricsToken === null ? "unset (/metrics is closed)" : hidden,
    WORKER: config.worker ? "on" : "off",
  };
}

/**
 * The URL without the secrets that it may hold: all between `//` and the last `@`, wherever the parts of a URL would begin and
 * end by the rules, for a password may hold any of their signs; and parameters that are named so.
 */
export function maskUrl(text: string): string {
  const masked = text.replace(/\/\/.*@/s, `//${hidden}@`);
  return masked.replace(/([?&][^=&]*(?:pass|secret|token|key)[^=&]*=)[^&]*/gi, `$1${hidden}`);
}
