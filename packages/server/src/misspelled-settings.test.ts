import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readConfig } from "./config.ts";
import { describeMisspelledSetting, settingNames } from "./misspelled-settings.ts";

const fixture = readFileSync(new URL("../test/fixtures/k8s-service-links.env", import.meta.url), "utf8");
const lines = fixture.split("\n").filter((line) => line !== "");

test("ignores what Kubernetes and Docker set for a service called gatehouse", () => {
  const links = Object.fromEntries(lines.map((line) => line.split("=", 2)));
  expect(Object.keys(links)).toHaveLength(4);
  expect(readConfig(links)).toEqual(readConfig({}));
  for (const name of [
    "GATEHOUSE_SERVICE_PORT_HTTP",
    "GATEHOUSE_PORT_80_TCP_ADDR",
    "GATEHOUSE_WEB_PORT_443_TCP",
  ])
    expect(describeMisspelledSetting({ [name]: "10.3.0.7" })).toBeNull();
});

test.each([
  ["GATEHOUSE_PROT", "8080"],
  ["GATEHOUSE_PORT", "8080"],
  ["GATEHOUSE_URL", "https://gate.example.com"],
  ["gatehouse_secret_key", "x"],
])("rejects %s=%s and lists the settings", (name, value) => {
  expect(describeMisspelledSetting({ [name]: value })).toMatch(
    new RegExp(
      `^${name} is not a setting of Gatehouse\\. Remove it; the settings are HOST, .* and OPERATOR_TOKEN_FILE\\.$`,
    ),
  );
});

test.each([
  ["DATABSE_URL", "DATABASE_URL"],
  ["SMTP_URI", "SMTP_URL"],
  ["DATABASE_URLS", "DATABASE_URL"],
  ["PUBLCI_URL", "PUBLIC_URL"],
  ["SECRETKEY", "SECRET_KEY"],
  ["TRUSTED_PROXYES", "TRUSTED_PROXIES"],
  ["mail_from", "MAIL_FROM"],
  ["SECRET_KEY_FIEL", "SECRET_KEY_FILE"],
])("rejects %s, which is one letter away from %s, while that is unset", (name, meant) => {
  expect(describeMisspelledSetting({ [name]: "x" })).toBe(
    `${name} is not a setting of Gatehouse. Did you mean ${meant}? Rename it, or set ${meant} too if another program reads ${name}.`,
  );
  expect(describeMisspelledSetting({ [name]: "x", [meant]: "y" })).toBeNull();
  expect(describeMisspelledSetting({ [name]: "x", [`${meant}_FILE`]: "y" })).toBeNull();
  expect(describeMisspelledSetting({ [name]: "" })).toBeNull();
});

test("accepts every setting and variables of other programs", () => {
  const others = [
    "HOSTS",
    "host",
    "POST",
    "PATH",
    "XDG_DATA_DIRS",
    "SECRET_KEY_BASE",
    "SECRET_KEY_KEY",
    "PUBLIC_KEY",
    "TEST_DATABASE_URL",
  ];
  for (const name of [...settingNames, ...others, "LOG", "WORKERS", "SMTP_USER"])
    expect(describeMisspelledSetting({ [name]: "x" }), name).toBeNull();
});
