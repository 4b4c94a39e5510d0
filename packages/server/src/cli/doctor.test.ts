import { expect, test } from "vitest";
import { readConfig } from "../config.ts";
import { describeSettings, maskUrl } from "./doctor.ts";

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

test("lists every setting by the name of its variable", () => {
  const listed = Object.keys(describeSettings(readConfig({})));
  expect(listed).toEqual(
    "HOST PORT PUBLIC_URL DATABASE_URL DATA_DIR SMTP_URL MAIL_FROM SECRET_KEY TRUSTED_PROXIES LOG_LEVEL METRICS_TOKEN WORKER".split(
      " ",
    ),
  );
});
