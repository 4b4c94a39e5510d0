import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { describeSettings } from "./cli/doctor.ts";
import { readConfig } from "./config.ts";
import { fileSettings } from "./secret-files.ts";
import { ConfigError } from "./url-settings.ts";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-secrets-"));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

const values = {
  DATABASE_URL: "postgresql://app:s3cret-word@db/gate",
  DATABASE_DIRECT_URL: "postgresql://app:s3cret-word@direct/gate",
  DATABASE_REPLICA_URL: "postgresql://app:s3cret-word@replica/gate",
  SMTP_URL: "smtps://user:s3cret-word@mail.example.com",
  SECRET_KEY: "s3cret-word-0123456789abcdef-0123",
  SECRET_KEY_PREVIOUS: "s3cret-word-0123456789abcdef-3210",
  OPERATOR_TOKEN: "s3cret-word-0123456789",
};

test.each(["", "\n", "\r\n", "\n\n"])("reads secrets from files that end with %j", (end) => {
  const environment = Object.fromEntries(
    fileSettings.map((name) => [`${name}_FILE`, write(name, `${values[name]}${end}`)]),
  );
  const { settingFiles, ...config } = readConfig(environment);
  const { settingFiles: none, ...expected } = readConfig(values);
  expect(config).toEqual(expected);
  expect(none).toEqual({});
  expect(settingFiles).toEqual(Object.fromEntries(fileSettings.map((name) => [name, join(folder, name)])));
});

test("doctor shows the files and masks the values", () => {
  const environment = Object.fromEntries(
    fileSettings.map((name) => [`${name}_FILE`, write(name, values[name])]),
  );
  const shown = describeSettings(readConfig(environment));
  expect(JSON.stringify(shown)).not.toContain("s3cret");
  expect(shown).toMatchObject({
    DATABASE_URL: `postgresql://********@db/gate (from ${join(folder, "DATABASE_URL")})`,
    SMTP_URL: `smtps://********@mail.example.com (from ${join(folder, "SMTP_URL")})`,
    SECRET_KEY: `******** (from ${join(folder, "SECRET_KEY")})`,
    SECRET_KEY_PREVIOUS: `******** (from ${join(folder, "SECRET_KEY_PREVIOUS")})`,
    OPERATOR_TOKEN: `******** (from ${join(folder, "OPERATOR_TOKEN")})`,
  });
});

test.each(fileSettings)("rejects %s in a variable and in a file at once", (name) => {
  const both = { [name]: values[name], [`${name}_FILE`]: write(name, values[name]) };
  expect(() => readConfig({ ...values, ...both })).toThrow(
    new ConfigError(`${name} and ${name}_FILE are both set. Remove one of them.`),
  );
});

test.each([
  ["is missing", () => join(folder, "none"), /which can't be read \(ENOENT\)\. Name a file/],
  ["is a folder", () => folder, /which can't be read \(EISDIR\)\. Name a file/],
  ["is empty", () => write("empty", "\n"), /which is empty\. Write the value of SECRET_KEY/],
  ["has two lines", () => write("two", `${values.SECRET_KEY}\nmore\n`), /which holds more than one line\./],
])("reports in one line that a file %s", (_, createFile, message) => {
  const read = () => readConfig({ SECRET_KEY_FILE: createFile() });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(message);
  expect(read).not.toThrow(/s3cret|\n/);
});

test("applies the same rules to a value from a file", () => {
  expect(() => readConfig({ SECRET_KEY_FILE: write("short", "short") })).toThrow("SECRET_KEY is too short");
  const url = write("url", "postgres://app:1/s3cret-word@db/app");
  expect(() => readConfig({ DATABASE_URL_FILE: url })).toThrow("DATABASE_URL holds / before an @");
});
