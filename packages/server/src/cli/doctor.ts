/** Prints the configuration and checks that it works. */

import { type Command, CommandError } from "@gatehouse/cli";
import { type Config, readConfig } from "../config.ts";
import type { FileSetting } from "../secret-files.ts";
import { checkInstallation, type HealthCheck } from "./health-checks.ts";
import { createSecretFilter, mask, maskUrl } from "./hide-secrets.ts";

/** The effective settings by the name of their variable. Secrets and passwords are masked. */
export function describeSettings(config: Config): Readonly<Record<string, string>> {
  const { name, address } = config.mailFrom;
  const origin = (setting: FileSetting) => {
    const file = config.settingFiles[setting];
    return file === undefined ? "" : ` (from ${file})`;
  };
  return {
    HOST: config.host,
    PORT: String(config.port),
    PUBLIC_URL: config.isPublicUrlSet ? config.publicUrl : `unset (${config.publicUrl})`,
    DATABASE_URL:
      config.databaseUrl === null
        ? "unset (embedded)"
        : `${maskUrl(config.databaseUrl)}${origin("DATABASE_URL")}`,
    DATABASE_DIRECT_URL:
      config.databaseDirectUrl === null
        ? "unset (DATABASE_URL)"
        : `${maskUrl(config.databaseDirectUrl)}${origin("DATABASE_DIRECT_URL")}`,
    DATABASE_REPLICA_URL:
      config.databaseReplicaUrl === null
        ? "unset (no replica)"
        : `${maskUrl(config.databaseReplicaUrl)}${origin("DATABASE_REPLICA_URL")}`,
    DATA_DIR: config.dataDir,
    SMTP_URL:
      config.smtpUrl === null
        ? "unset (emails are written to files)"
        : `${maskUrl(config.smtpUrl)}${origin("SMTP_URL")}`,
    MAIL_FROM: name === "" ? address : `${name} <${address}>`,
    SECRET_KEY: config.secretKey === null ? "unset (kept in DATA_DIR)" : `${mask}${origin("SECRET_KEY")}`,
    SECRET_KEY_PREVIOUS:
      config.previousSecretKey === null ? "unset" : `${mask}${origin("SECRET_KEY_PREVIOUS")}`,
    TRUSTED_PROXIES: config.trustedProxies.length === 0 ? "none" : config.trustedProxies.join(", "),
    LOG_LEVEL: config.logLevel,
    METRICS_TOKEN: config.metricsToken === null ? "unset (/metrics is closed)" : mask,
    OPERATOR_TOKEN:
      config.operatorToken === null
        ? "unset (no endpoints for the operator)"
        : `${mask}${origin("OPERATOR_TOKEN")}`,
    ORGANIZATION_RATE_LIMIT:
      config.organizationRateLimit === null
        ? "off"
        : `${config.organizationRateLimit} requests a second in each process`,
    METRICS_PORT: String(config.metricsPort ?? "unset (a worker serves no /metrics)"),
    LOG_SLOW_STATEMENTS_MS: String(config.slowStatementMs ?? "off"),
    OTEL_EXPORTER_OTLP_ENDPOINT: config.tracing === null ? "unset (no traces)" : maskUrl(config.tracing.url),
    SECURITY_CONTACT: config.securityContact ?? "unset (no security.txt)",
    WORKER: config.worker ? "on" : "off",
  };
}

/** The width of the column with the names of settings. */
const settingWidth = 28;

/** `gatehouse doctor` */
export const doctor: Command = {
  name: "doctor",
  summary: "Print the settings, secrets masked, and check that database, mail server and folders work",
  options: {},
  run: async (values, { out }) => {
    const config = readConfig();
    const settings = describeSettings(config);
    const hideSecrets = createSecretFilter(config);
    const checks = (await checkInstallation(config)).map((check) => ({
      ...check,
      detail: hideSecrets(check.detail),
    }));
    if (values["json"] === true) out(JSON.stringify({ settings, checks }));
    else {
      for (const [name, value] of Object.entries(settings)) out(`${name.padEnd(settingWidth)}${value}`);
      out("");
      for (const check of checks) out(describe(check));
    }
    const failed = checks.filter(({ result }) => result === "fails");
    if (failed.length === 0) return 0;
    throw new CommandError(`${failed.map(({ name }) => name).join(", ")}: not in order, see above.`);
  },
};

function describe({ name, result, detail }: HealthCheck): string {
  return `${{ works: "ok   ", warns: "note ", fails: "FAIL " }[result]} ${name}: ${detail}`;
}
