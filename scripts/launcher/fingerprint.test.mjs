import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fingerprint } from "./fingerprint.mjs";

/** @type {string} */
let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-fingerprint-"));
  mkdirSync(join(folder, "src/deep"), { recursive: true });
  write("src/a.ts", "a");
  write("src/deep/b.ts", "b");
  write("lock.json", "{}");
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (/** @type {string} */ path, /** @type {string} */ text) =>
  writeFileSync(join(folder, path), text);
const compute = () =>
  fingerprint(folder, ["src", "lock.json", "absent.json"], { skip: (path) => path === "src/dist" });

/** @type {[string, () => void][]} */
const changes = [
  ["a changed byte deep inside", () => write("src/deep/b.ts", "c")],
  ["a changed single file", () => write("lock.json", "[]")],
  ["a new file", () => write("src/c.ts", "")],
  ["a removed file", () => rmSync(join(folder, "src/a.ts"))],
  ["a renamed file", () => renameSync(join(folder, "src/a.ts"), join(folder, "src/z.ts"))],
  ["a file that was absent", () => write("absent.json", "")],
  [
    "text that moved from one file to another",
    () => {
      write("src/a.ts", "");
      write("src/deep/b.ts", "ab");
    },
  ],
];

test.each(changes)("changes with %s", (_, change) => {
  const before = compute();
  change();
  expect(compute()).not.toBe(before);
});

/** @type {[string, () => void][]} */
const noChanges = [
  ["a touched file", () => utimesSync(join(folder, "src/a.ts"), 0, 0)],
  ["a file outside", () => write("other.ts", "x")],
  [
    "a file in a skipped folder",
    () => {
      mkdirSync(join(folder, "src/dist"));
      write("src/dist/a.js", "x");
    },
  ],
];

test.each(noChanges)("does not change with %s", (_, change) => {
  const before = compute();
  change();
  expect(compute()).toBe(before);
});
