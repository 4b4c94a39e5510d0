import { resolve } from "node:path";
import { expect, test } from "vitest";
import { type Environment, readConfig } from "./config.ts";
import { ConfigError } from "./url-settings.ts";

const secret = "0123456789abcdef0123456789abcdef";

test("without variables it runs embedded, on loopback, with emails in files", () => {
  expect(readConfig({})).toEqual({
    host: "127.0.0.1",
    port: 3000,
    publicUrl: "http://127.0.0.1:3000",
    isPublicUrlSet: false,
    databaseUrl: null,
    databaseDirectUrl: null,
    databaseReplicaUrl: null,
    dataDir: resolve("data"),
    smtpUrl: null,
    mailFrom: { name: "Gatehouse", address: "gatehouse@localhost" },
    secretKey: null,
    previousSecretKey: null,
    settingFiles: {},
    trustedProxies: [],
    logLevel: "info",
    metricsToken: null,
    operatorToken: null,
    metricsPort: null,
    organizationRateLimit: null,
    slowStatementMs: 500,
    tracing: null,
    securityContact: null,
    worker: true,
  });
});

test("every variable is read", () => {
  const config = readConfig({
    HOST: "0.0.0.0",
    PORT: "8080",
    PUBLIC_URL: "https://gate.example.com/",
    DATABASE_URL: "postgresql://app:pw@db/gate",
    DATABASE_DIRECT_URL: "postgresql://app:pw@direct/gate",
    DATABASE_REPLICA_URL: "postgresql://app:pw@replica/gate",
    DATA_DIR: "/var/lib/gatehouse",
    SMTP_URL: "smtps://u:p@mail.example.com",
    MAIL_FROM: "Gate <gate@example.com>",
    SECRET_KEY: secret,
    TRUSTED_PROXIES: "10.0.0.0/8, ::1",
    LOG_LEVEL: "Debug",
    METRICS_TOKEN: "m",
    OPERATOR_TOKEN: "0123456789abcdef",
    METRICS_PORT: "9100",
    ORGANIZATION_RATE_LIMIT: "200",
    LOG_SLOW_STATEMENTS_MS: "off",
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318",
    SECURITY_CONTACT: "mailto:security@example.com",
    WORKER: "off",
  });
  expect(config).toEqual({
    host: "0.0.0.0",
    port: 8080,
    publicUrl: "https://gate.example.com",
    isPublicUrlSet: true,
    databaseUrl: "postgresql://app:pw@db/gate",
    databaseDirectUrl: "postgresql://app:pw@direct/gate",
    databaseReplicaUrl: "postgresql://app:pw@replica/gate",
    dataDir: "/var/lib/gatehouse",
    smtpUrl: "smtps://u:p@mail.example.com",
    mailFrom: { name: "Gate", address: "gate@example.com" },
    secretKey: secret,
    previousSecretKey: null,
    settingFiles: {},
    trustedProxies: ["10.0.0.0/8", "::1"],
    logLevel: "debug",
    metricsToken: "m",
    operatorToken: "0123456789abcdef",
    metricsPort: 9100,
    organizationRateLimit: 200,
    slowStatementMs: null,
    tracing: {
      url: "http://collector:4318/v1/traces",
      serviceName: "gatehouse",
      sampler: { share: 1, isParentBased: true },
    },
    securityContact: "mailto:security@example.com",
    worker: false,
  });
});

test.each([
  [{}, "http://127.0.0.1:3000"],
  [{ HOST: "0.0.0.0" }, "http://127.0.0.1:3000"],
  [{ HOST: "::" }, "http://127.0.0.1:3000"],
  [{ HOST: "::1" }, "http://[::1]:3000"],
  [{ HOST: "localhost" }, "http://localhost:3000"],
  [{ HOST: "192.0.2.7", PORT: "8080" }, "http://192.0.2.7:8080"],
  [{ HOST: "Gate.internal" }, "http://gate.internal:3000"],
  [{ HOST: "192.0.2.7", PORT: "80" }, "http://192.0.2.7"],
  [{ HOST: "192.0.2.7", PUBLIC_URL: "https://gate.example.com" }, "https://gate.example.com"],
  [{ PUBLIC_URL: "https://example.com/gatehouse/" }, "https://example.com/gatehouse"],
  [{ PUBLIC_URL: "https://example.com/tools/gatehouse" }, "https://example.com/tools/gatehouse"],
])("with %o links begin with %s", (environment, publicUrl) => {
  expect(readConfig(environment).publicUrl).toBe(publicUrl);
});

test("an empty variable counts as unset", () => {
  expect(readConfig({ PORT: "", DATABASE_URL: " " })).toEqual(readConfig({}));
});

test("the sender's host is that of PUBLIC_URL, unless it is an IP address", () => {
  expect(readConfig({ PUBLIC_URL: "https://gate.example.com" }).mailFrom.address).toBe(
    "gatehouse@gate.example.com",
  );
  expect(readConfig({ PUBLIC_URL: "http://[::1]:3000" }).mailFrom.address).toBe("gatehouse@localhost");
});

test.for<[string, Environment]>([
  ["GATEHOUSE_PROT is not a setting", { GATEHOUSE_PROT: "1" }],
  ['PORT is "0"', { PORT: "0" }],
  ['PORT is "65536"', { PORT: "65536" }],
  ['PORT is "3000x"', { PORT: "3000x" }],
  ["PUBLIC_URL is not a URL", { PUBLIC_URL: "gate.example.com" }],
  ['PUBLIC_URL is "https://example.com/a//b"', { PUBLIC_URL: "https://example.com/a//b" }],
  ['PUBLIC_URL is "https://example.com/a?b"', { PUBLIC_URL: "https://example.com/a?b" }],
  ['PUBLIC_URL is "https://example.com/%22"', { PUBLIC_URL: "https://example.com/%22" }],
  ['PUBLIC_URL is "https://example.com/api/gate", but /api', { PUBLIC_URL: "https://example.com/api/gate" }],
  ["DATABASE_URL is not a URL", { DATABASE_URL: "mysql://secret-password@db" }],
  ["DATABASE_URL holds / before an @", { DATABASE_URL: "postgres://app:1/secret-password@db/app" }],
  ["DATABASE_URL holds / before an @", { DATABASE_URL: "postgres://app:p@secret-password/x@db/app" }],
  ["DATABASE_URL holds # before an @", { DATABASE_URL: "postgres://app:pa#secret-password@db/app" }],
  ["SMTP_URL holds / before an @", { SMTP_URL: "smtp://user:secret-password/+x@mail.example.com:587" }],
  ["SMTP_URL holds ? before an @", { SMTP_URL: "smtp://user:secret-password?x@mail.example.com:587" }],
  ["DATABASE_URL can't be read as a URL. Name one host", { DATABASE_URL: "postgresql://a:5432,b:5432/app" }],
  ["SMTP_URL is not a URL", { SMTP_URL: "mail.example.com:25" }],
  ["MAIL_FROM is", { MAIL_FROM: "nobody" }],
  ["SECRET_KEY is too short", { SECRET_KEY: "short" }],
  ["SECRET_KEY_PREVIOUS needs a SECRET_KEY", { SECRET_KEY_PREVIOUS: "x".repeat(32) }],
  [
    "SECRET_KEY_PREVIOUS is not a previous key",
    { SECRET_KEY: "x".repeat(32), SECRET_KEY_PREVIOUS: "x".repeat(32) },
  ],
  ["SECRET_KEY is missing", { DATABASE_URL: "postgres://db/gate" }],
  ['TRUSTED_PROXIES holds "10.0.0.0/33"', { TRUSTED_PROXIES: "10.0.0.0/33" }],
  ['TRUSTED_PROXIES holds "proxy"', { TRUSTED_PROXIES: "::1,proxy" }],
  ['SECURITY_CONTACT is "security@example.com"', { SECURITY_CONTACT: "security@example.com" }],
  ['SECURITY_CONTACT is "mailto:nobody"', { SECURITY_CONTACT: "mailto:nobody" }],
  ['SECURITY_CONTACT is "http://example.com"', { SECURITY_CONTACT: "http://example.com" }],
  ['LOG_LEVEL is "loud"', { LOG_LEVEL: "loud" }],
  ['WORKER is "yes"', { WORKER: "yes" }],
])('reports "%s" in one line without secrets', ([start, environment]) => {
  const read = (): unknown => readConfig(environment);
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(new RegExp(`^${start.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}.*$`));
  expect(read).not.toThrow(/secret-password/);
});

test("the test suite's own variables are ignored", () => {
  expect(readConfig({ GATEHOUSE_TEST_ENGINE: "postgres" })).toEqual(readConfig({}));
});

test.each(["fifteen letters", "0123456789abcde", "a space 0123456789", "ümlaut-0123456789abcdef"])(
  "rejects OPERATOR_TOKEN %j without showing it",
  (token) => {
    expect(() => readConfig({ OPERATOR_TOKEN: token })).toThrow(
      new ConfigError(
        "OPERATOR_TOKEN can't be used. Write at least 16 random characters, without spaces: openssl rand -base64 32",
      ),
    );
  },
);
