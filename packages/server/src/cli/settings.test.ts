import { expect, test } from "vitest";
import { readConfig } from "../config.ts";
import { describeSettings, maskUrl } from "./settings.ts";

test("a URL shows where it leads, and none of its secrets", () => {
  expect(maskUrl("postgresql://gate:secret@db/gate?host=/run&sslpassword=secret&sslkey=secret")).toBe(
    "postgresql://gate:********@db/gate?host=%2Frun&sslpassword=********&sslkey=********",
  );
  expect(maskUrl("smtp://mail.example.com")).toBe("smtp://mail.example.com");
});

test("every setting is listed by the name of its variable", () => {
  const listed = Object.keys(describeSettings(readConfig({})));
  expect(listed).toEqual(
    "HOST PORT PUBLIC_URL DATABASE_URL DATA_DIR SMTP_URL MAIL_FROM SECRET_KEY TRUSTED_PROXIES LOG_LEVEL METRICS_TOKEN WORKER".split(
      " ",
    ),
  );
});
