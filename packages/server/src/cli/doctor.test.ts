import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readConfig } from "../config.ts";
import { describeSettings } from "./doctor.ts";
import { createSecretFilter, maskUrl } from "./hide-secrets.ts";

test("masks the secrets of a URL and keeps its host", () => {
  expect(maskUrl("postgresql://gate:secret@db/gate?host=/run&sslpassword=secret&sslkey=secret")).toBe(
    "postgresql://********@db/gate?host=/run&sslpassword=********&sslkey=********",
  );
  expect(maskUrl("smtp://mail.example.com")).toBe("smtp://mail.example.com");
});

test.each([
  "postgres://app:123/s3cret@db.example.com/app",
  "postgres://app:p@ss/w0rd@db.example.com/app",
  "postgres://app:pa#s3cret@db.example.com/app",
  "postgres://app:pa?s3cret@db.example.com/app",
  "postgres://app:s3cret%40@db.example.com/app?application_name=a@b",
  "smtp://user:123/s3cret@mail.example.com:587",
  "smtp://s3cret/+w0rd:x@mail.example.com",
])("masks the password in %s", (url) => {
  expect(maskUrl(url)).not.toMatch(/s3cret|w0rd|ss\//);
  expect(maskUrl(url)).toMatch(/^\w+:\/\/\*{8}@/);
});

const readUrls = (name: string): readonly string[] =>
  readFileSync(new URL(`../../test/fixtures/${name}.env`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "");

test.each(readUrls("doctor-leaks-password"))("neither prints nor accepts %s with its password", (line) => {
  const [name = "", url = ""] = line.split(/=(.*)/s);
  expect(maskUrl(url)).toMatch(/^(?:postgres|smtp):\/\/\*{8}@[a-z.]+(?::587|\/app)$/);
  expect(() => readConfig({ [name]: url, SECRET_KEY: "x".repeat(32) })).toThrow(
    /^\w+ holds \/ before an @, .* Percent-encode it in the user, the password or a parameter: %2F for \//,
  );
});

test.each([
  [0, /^DATABASE_URL holds # before an @, .* Percent-encode .*%23 for #/],
  [1, /^SMTP_URL holds \/ before an @, .* Percent-encode .*%2F for \//],
  [2, /^DATABASE_URL can't be read as a URL\. Name one host and one port, and percent-encode/],
] as const)("says what is wrong with URL %i of the fixture, and not that its scheme is", (index, message) => {
  const lines = readUrls("url-refused-with-misleading-words");
  expect(lines).toHaveLength(3);
  const [name = "", url = ""] = lines[index]?.split(/=(.*)/s) ?? [];
  const read = () => readConfig({ [name]: url, SECRET_KEY: "x".repeat(32) });
  expect(read).toThrow(message);
  expect(read).not.toThrow(/starts with|pa#ss|BEVexample/);
});

test("hides secrets in other texts, in every form", () => {
  const hide = createSecretFilter(
    readConfig({
      DATABASE_URL: "postgres://app:p%40ss%2Fw0rd@db/app?sslpassword=k3y%20phrase",
      SMTP_URL: "smtp://user:mail%3Apw@mail.example.com",
      SECRET_KEY: "0123456789abcdef0123456789abcdef",
      METRICS_TOKEN: "m3trics",
    }),
  );
  const plain = Buffer.from("\0user\0mail:pw").toString("base64");
  const told = `535 p@ss/w0rd p%40ss%2Fw0rd "k3y phrase" k3y%20phrase mail:pw ${plain} ${Buffer.from("mail:pw").toString("base64")} m3trics 0123456789abcdef0123456789abcdef`;
  expect(hide(told)).toBe(`535 ${"********"} ******** "********" ${"******** ".repeat(6).trim()}`);
  expect(createSecretFilter(readConfig({}))("nothing to hide")).toBe("nothing to hide");
});

test("lists every setting by the name of its variable", () => {
  const listed = Object.keys(describeSettings(readConfig({})));
  expect(listed).toEqual(
    "HOST PORT PUBLIC_URL DATABASE_URL DATABASE_DIRECT_URL DATABASE_REPLICA_URL DATA_DIR SMTP_URL MAIL_FROM SECRET_KEY SECRET_KEY_PREVIOUS TRUSTED_PROXIES LOG_LEVEL METRICS_TOKEN OPERATOR_TOKEN ORGANIZATION_RATE_LIMIT METRICS_PORT LOG_SLOW_STATEMENTS_MS OTEL_EXPORTER_OTLP_ENDPOINT SECURITY_CONTACT WORKER".split(
      " ",
    ),
  );
});
