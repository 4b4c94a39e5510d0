import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkEmbeddedFolder, markDataFolder } from "./data-folder.ts";

let folder: string;
const now = new Date("2026-03-02T09:00:00Z");
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-data-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const markText = () => readFileSync(join(folder, "installation.json"), "utf8");

test("a database may be created in a new folder, or one with unrelated files", () => {
  checkEmbeddedFolder(join(folder, "not there yet"));
  checkEmbeddedFolder(folder);
  for (const name of ["lock", "database.new"]) writeFileSync(join(folder, name), "");
  mkdirSync(join(folder, "mail"));
  checkEmbeddedFolder(folder);
});

test("a folder is marked once and the mark is kept", () => {
  markDataFolder(folder, now);
  const made = markText();
  expect(JSON.parse(made)).toEqual({
    format: 1,
    installationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    createdAt: now.toISOString(),
  });
  markDataFolder(folder, new Date());
  expect(markText()).toBe(made);
  mkdirSync(join(folder, "database"));
  checkEmbeddedFolder(folder);
});

test.each([
  ["a mark", () => markDataFolder(folder, now), /installation\.json of 2026-03-02/],
  ["a secret key", () => writeFileSync(join(folder, "secret-key"), "x".repeat(43)), /holds .*secret-key/],
])("no database is created beside %s of an earlier one", (_, leave, message) => {
  leave();
  const before = readdirSync(folder);
  expect(() => checkEmbeddedFolder(folder)).toThrow(message);
  expect(() => checkEmbeddedFolder(folder)).toThrow(/database isn't there.*No new one was made.*backup/);
  expect(readdirSync(folder)).toEqual(before);
});

test("no database is created inside another one", () => {
  writeFileSync(join(folder, "PG_VERSION"), "18\n");
  expect(() => checkEmbeddedFolder(folder)).toThrow(/is a database itself.*the folder above/);
});

test.each([
  ["damaged", "{", /is damaged/],
  ["empty", "", /is damaged/],
  [
    "of a newer version",
    JSON.stringify({ format: 2, installationId: crypto.randomUUID(), createdAt: "" }),
    /newer version/,
  ],
])("a mark that is %s is rejected", (_, text, message) => {
  writeFileSync(join(folder, "installation.json"), text);
  mkdirSync(join(folder, "database"));
  expect(() => checkEmbeddedFolder(folder)).toThrow(message);
  expect(markText()).toBe(text);
});
