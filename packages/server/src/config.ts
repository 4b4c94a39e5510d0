/** Reads the environment: every setting, its default, and one clear line when it is wrong. No other file reads it. */
import { isIP } from "node:net";
import { resolve } from "node:path";
import { describeMisspelledSetting } from "./misspelled-settings.ts";
import { parseSender, type Sender } from "./ports/mailer.ts";
import { smtpProtocols } from "./ports/smtp-url.ts";
import { type FileSetting, fileSettings, readFileSetting } from "./secret-files.ts";
import { readTracingSettings, type TracingSettings } from "./tracing-settings.ts";
import { ConfigError, databaseProtocols, readOtherDatabase, readPublicUrl, readUrl } from "./url-settings.ts";

/** How the server runs. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Base of every link, with its path and without a trailing slash; when `PUBLIC_URL` is unset, the address where the server listens. */
  readonly publicUrl: string;
  /** Whether `PUBLIC_URL` is set. If not, any loopback origin with our port is accepted, too. */
  readonly isPublicUrlSet: boolean;
  /** Null: the embedded database in `dataDir`. */
  readonly databaseUrl: string | null;
  /** The same server without a pooler, for notifications and migrations; null: `databaseUrl`. */
  readonly databaseDirectUrl: string | null;
  /** A replica of the server, for lists and exports; null: there is none. */
  readonly databaseReplicaUrl: string | null;
  /** Absolute. */
  readonly dataDir: string;
  /** Null: emails are written to files in `dataDir`. */
  readonly smtpUrl: string | null;
  readonly mailFrom: Sender;
  /** The files that settings were read from (`DATABASE_URL_FILE`). */
  readonly settingFiles: Readonly<Partial<Record<FileSetting, string>>>;
  /** Null: generated once and stored in `dataDir`, which is not allowed with `databaseUrl`. */
  readonly secretKey: string | null;
  /** The secret key before a change: what was made with it stays valid. */
  readonly previousSecretKey: string | null;
  /** Addresses or CIDR ranges whose `X-Forwarded-*` headers count. */
  readonly trustedProxies: readonly string[];
  readonly logLevel: LogLevel;
  /** Null: `/metrics` is disabled. */
  readonly metricsToken: string | null;
  /** Null: the endpoints of the operator are disabled. */
  readonly operatorToken: string | null;
  /** Requests of one organization that a process serves in a second; null: as many as it can. */
  readonly organizationRateLimit: number | null;
  /** The port of `/metrics` and `/livez` of a worker without a server; null: it opens none. */
  readonly metricsPort: number | null;
  /** Statements that take as many milliseconds are logged; null: none. */
  readonly slowStatementMs: number | null;
  /** Null: no traces are recorded. */
  readonly tracing: TracingSettings | null;
  /** A `mailto:` or `https:` URL to report vulnerabilities of this installation to. Null: there is no `security.txt`. */
  readonly securityContact: string | null;
  /** Whether this server also runs the job worker. */
  readonly worker: boolean;
}

const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** How much is logged. */
export type LogLevel = (typeof logLevels)[number];

/** Variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads and validates every setting.
 * @throws ConfigError at the first that is invalid
 */
export function readConfig(environment: Environment = process.env): Config {
  const misspelled = describeMisspelledSetting(environment);
  if (misspelled !== null) throw new ConfigError(misspelled);
  const read: Read = (name) => {
    const value = environment[name]?.trim();
    return value === undefined || value === "" ? null : value;
  };
  const secrets = readFileSettings(environment);
  const host = read("HOST") ?? "127.0.0.1";
  const port = readPort("PORT", read("PORT")) ?? 3000;
  const publicUrl = readPublicUrl(read("PUBLIC_URL"));
  const databaseUrl = readUrl("DATABASE_URL", secrets.values.DATABASE_URL, databaseProtocols);
  const secretKey = readSecretKey(secrets.values.SECRET_KEY, databaseUrl);
  return {
    host,
    port,
    publicUrl: publicUrl ?? listeningUrl(host, port),
    isPublicUrlSet: publicUrl !== null,
    databaseUrl,
    databaseDirectUrl: readOtherDatabase(
      "DATABASE_DIRECT_URL",
      secrets.values.DATABASE_DIRECT_URL,
      databaseUrl,
    ),
    databaseReplicaUrl: readOtherDatabase(
      "DATABASE_REPLICA_URL",
      secrets.values.DATABASE_REPLICA_URL,
      databaseUrl,
    ),
    dataDir: resolve(read("DATA_DIR") ?? "data"),
    smtpUrl: readUrl("SMTP_URL", secrets.values.SMTP_URL, smtpProtocols),
    mailFrom: readSender(read("MAIL_FROM"), publicUrl),
    secretKey,
    previousSecretKey: readPreviousKey(secrets.values.SECRET_KEY_PREVIOUS, secretKey),
    settingFiles: secrets.files,
    trustedProxies: readProxies(read("TRUSTED_PROXIES")),
    logLevel: readChoice("LOG_LEVEL", read("LOG_LEVEL") ?? "info", logLevels),
    metricsToken: read("METRICS_TOKEN"),
    operatorToken: readOperatorToken(secrets.values.OPERATOR_TOKEN),
    organizationRateLimit: readRateLimit(read("ORGANIZATION_RATE_LIMIT")),
    metricsPort: readMetricsPort(read),
    slowStatementMs: readMilliseconds("LOG_SLOW_STATEMENTS_MS", read("LOG_SLOW_STATEMENTS_MS") ?? "500"),
    tracing: readTracing(read),
    securityContact: readSecurityContact(read("SECURITY_CONTACT")),
    worker: readChoice("WORKER", read("WORKER") ?? "on", ["on", "off"]) === "on",
  };
}

function readFileSettings(environment: Environment) {
  const values: Record<FileSetting, string | null> = {
    DATABASE_URL: null,
    DATABASE_DIRECT_URL: null,
    DATABASE_REPLICA_URL: null,
    SMTP_URL: null,
    SECRET_KEY: null,
    SECRET_KEY_PREVIOUS: null,
    OPERATOR_TOKEN: null,
  };
  const files: Partial<Record<FileSetting, string>> = {};
  for (const name of fileSettings) {
    const result = readFileSetting(environment, name);
    if (result.fault !== undefined) throw new ConfigError(result.fault);
    values[name] = result.value;
    if (result.file !== null) files[name] = result.file;
  }
  return { values, files };
}

/** Hosts that stand for every address of the machine. */
const wildcards: ReadonlySet<string> = new Set(["0.0.0.0", "::", "[::]"]);

/** The URL at which a browser on this machine reaches the server, without the default port, like `URL.origin`. */
export function listeningUrl(host: string, port: number): string {
  const name = wildcards.has(host) ? "127.0.0.1" : isIP(host) === 6 ? `[${host}]` : host;
  return URL.parse(`http://${name}:${port}`)?.origin ?? `http://127.0.0.1:${port}`;
}

/** Whether the server listens on loopback alone, so that no other machine can reach it. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[?::1\]?)$/i.test(host);
}

type Read = (name: string) => string | null;

function readPort(name: string, text: string | null): number | null {
  if (text === null) return null;
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new ConfigError(`${name} is "${text}". Write a whole number from 1 to 65535.`);
}

function readMetricsPort(read: Read): number | null {
  const port = readPort("METRICS_PORT", read("METRICS_PORT"));
  if (port === null || read("METRICS_TOKEN") !== null) return port;
  throw new ConfigError("METRICS_PORT needs a METRICS_TOKEN: with it the metrics are protected.");
}

function readMilliseconds(name: string, text: string): number | null {
  if (text.toLowerCase() === "off") return null;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new ConfigError(`${name} is "${text}". Write a whole number of milliseconds, or off.`);
}

function readTracing(read: Read): TracingSettings | null {
  const result = readTracingSettings(read);
  if ("fault" in result) throw new ConfigError(result.fault);
  return result.settings;
}

function readSender(text: string | null, publicUrl: string | null): Sender {
  if (text === null) {
    const host = publicUrl === null ? "localhost" : new URL(publicUrl).hostname;
    return {
      name: "Gatehouse",
      address: `gatehouse@${isIP(host.replace(/[[\]]/g, "")) === 0 ? host : "localhost"}`,
    };
  }
  const sender = parseSender(text);
  if (sender !== null) return sender;
  throw new ConfigError(`MAIL_FROM is "${text}". Write one address, like Gatehouse <gate@example.com>.`);
}

function readSecurityContact(text: string | null): string | null {
  if (text === null) return null;
  const url = URL.parse(text);
  const isContact =
    url?.protocol === "https:" || (url?.protocol === "mailto:" && parseSender(url.pathname) !== null);
  if (url !== null && isContact) return url.href;
  throw new ConfigError(
    `SECURITY_CONTACT is "${text}". Write mailto:security@example.com, or the https address of a page.`,
  );
}

function readSecretKey(text: string | null, databaseUrl: string | null): string | null {
  if (text !== null && text.length < 32) {
    throw new ConfigError(
      "SECRET_KEY is too short. Write at least 32 random characters: openssl rand -base64 32",
    );
  }
  if (text === null && databaseUrl !== null) {
    throw new ConfigError(
      "SECRET_KEY is missing. With DATABASE_URL every process needs the same one, also as SECRET_KEY_FILE: openssl rand -base64 32",
    );
  }
  return text;
}

function readPreviousKey(text: string | null, secretKey: string | null): string | null {
  if (text === null) return null;
  if (secretKey === null)
    throw new ConfigError("SECRET_KEY_PREVIOUS needs a SECRET_KEY, the new one: openssl rand -base64 32");
  if (text.length < 32 || text === secretKey)
    throw new ConfigError(
      "SECRET_KEY_PREVIOUS is not a previous key. Write the one before SECRET_KEY, or unset it.",
    );
  return text;
}

function readOperatorToken(text: string | null): string | null {
  if (text !== null && (text.length < 16 || !/^[\x21-\x7e]+$/.test(text)))
    throw new ConfigError(
      "OPERATOR_TOKEN can't be used. Write at least 16 random characters, without spaces: openssl rand -base64 32",
    );
  return text;
}

function readRateLimit(text: string | null): number | null {
  if (text === null || text.toLowerCase() === "off") return null;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new ConfigError(
    `ORGANIZATION_RATE_LIMIT is "${text}". Write the requests a second, from 1 to 999999, or off.`,
  );
}

function readProxies(text: string | null): readonly string[] {
  const ranges = (text ?? "").split(",").map((range) => range.trim());
  const wanted = ranges.filter((range) => range !== "");
  const wrong = wanted.find((range) => !isRange(range));
  if (wrong === undefined) return wanted;
  throw new ConfigError(
    `TRUSTED_PROXIES holds "${wrong}". Write addresses or ranges like 10.0.0.0/8, with commas.`,
  );
}

function isRange(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

function readChoice<const T extends string>(name: string, text: string, choices: readonly T[]): T {
  const choice = choices.find((candidate) => candidate === text.toLowerCase());
  if (choice !== undefined) return choice;
  throw new ConfigError(
    `${name} is "${text}". Write ${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}.`,
  );
}

/** Whether a failed command prints its stack. Works even when the configuration is invalid. */
export function shouldPrintStack(environment: Environment = process.env): boolean {
  return ["debug", "trace"].includes(environment["LOG_LEVEL"]?.toLowerCase() ?? "");
}
