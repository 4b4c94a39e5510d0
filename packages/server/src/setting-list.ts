/** Every setting of Gatehouse, for the guide and for messages about misspelled ones. `config.ts` reads and validates them. */

/** A variable of the environment. */
export interface Setting {
  readonly name: string;
  /** As the guide shows it: Markdown. */
  readonly default: string;
  readonly meaning: string;
}

/** In the order of the guide. */
export const settings: readonly Setting[] = [
  { name: "HOST", default: "`127.0.0.1`", meaning: "address on which the server listens" },
  { name: "PORT", default: "`3000`", meaning: "port on which the server listens" },
  {
    name: "PUBLIC_URL",
    default: "the listening address",
    meaning:
      "address at which people open Gatehouse, with the path if it has one: base of every link in an email; never taken from requests",
  },
  {
    name: "DATABASE_URL",
    default: "unset",
    meaning: "PostgreSQL 15 or newer; unset: an embedded database in `DATA_DIR`",
  },
  {
    name: "DATABASE_DIRECT_URL",
    default: "`DATABASE_URL`",
    meaning:
      "the same server without a pooler: notifications between processes and migrations need a connection that isn't shared",
  },
  {
    name: "DATABASE_REPLICA_URL",
    default: "unset",
    meaning:
      "a streaming replica of the server: lists, searches and exports are read there while it has everything that was committed before",
  },
  {
    name: "DATA_DIR",
    default: "`./data`",
    meaning: "embedded database, secret key, emails as files. Only one process at a time can use it",
  },
  {
    name: "SMTP_URL",
    default: "unset",
    meaning:
      "`smtps://…` or `smtp://user:password@host:587`, which requires STARTTLS (`smtp+insecure://` doesn't); unset: emails are written to `DATA_DIR/mail` and the panel shows links",
  },
  { name: "MAIL_FROM", default: "`Gatehouse <gatehouse@…>`", meaning: "sender of emails" },
  {
    name: "SECRET_KEY",
    default: "generated in `DATA_DIR`",
    meaning: "at least 32 characters; required with `DATABASE_URL`, the same in every process",
  },
  {
    name: "SECRET_KEY_PREVIOUS",
    default: "unset",
    meaning: "the key before a change of `SECRET_KEY`: what was made with it stays valid",
  },
  {
    name: "TRUSTED_PROXIES",
    default: "none",
    meaning: "addresses or ranges, separated by commas, whose `X-Forwarded-*` headers are trusted",
  },
  { name: "LOG_LEVEL", default: "`info`", meaning: "`trace` to `fatal`, or `silent`" },
  { name: "METRICS_TOKEN", default: "unset", meaning: "bearer token for `/metrics`; unset: it is closed" },
  {
    name: "OPERATOR_TOKEN",
    default: "unset",
    meaning:
      "bearer token for `/api/v1/operator` and the SDK for many organizations, at least 16 characters; unset: these endpoints don't exist",
  },
  {
    name: "ORGANIZATION_RATE_LIMIT",
    default: "`off`",
    meaning:
      "requests a second of one organization that each process serves; more get 429 with `Retry-After`, so that the other organizations don't notice them",
  },
  {
    name: "METRICS_PORT",
    default: "unset",
    meaning: "port of `/metrics` and `/livez` of a `gatehouse worker`",
  },
  {
    name: "LOG_SLOW_STATEMENTS_MS",
    default: "`500`",
    meaning:
      "statements that take as many milliseconds are logged with their route, without parameters; `off` for none",
  },
  {
    name: "OTEL_EXPORTER_OTLP_ENDPOINT",
    default: "unset",
    meaning: "where traces are sent (OTLP over HTTP), with the other standard variables of OpenTelemetry",
  },
  {
    name: "SECURITY_CONTACT",
    default: "unset",
    meaning: "`mailto:` or `https:` address for `/.well-known/security.txt`",
  },
  {
    name: "WORKER",
    default: "`on`",
    meaning: "whether this process sends email; `off` when `gatehouse worker` runs elsewhere",
  },
  {
    name: "DATABASE_URL_FILE",
    default: "unset",
    meaning: "file with the value, instead of `DATABASE_URL`",
  },
  {
    name: "DATABASE_DIRECT_URL_FILE",
    default: "unset",
    meaning: "file with the value, instead of `DATABASE_DIRECT_URL`",
  },
  {
    name: "DATABASE_REPLICA_URL_FILE",
    default: "unset",
    meaning: "file with the value, instead of `DATABASE_REPLICA_URL`",
  },
  { name: "SMTP_URL_FILE", default: "unset", meaning: "file with the value, instead of `SMTP_URL`" },
  { name: "SECRET_KEY_FILE", default: "unset", meaning: "file with the value, instead of `SECRET_KEY`" },
  {
    name: "SECRET_KEY_PREVIOUS_FILE",
    default: "unset",
    meaning: "file with the value, instead of `SECRET_KEY_PREVIOUS`",
  },
  {
    name: "OPERATOR_TOKEN_FILE",
    default: "unset",
    meaning: "file with the value, instead of `OPERATOR_TOKEN`",
  },
];
