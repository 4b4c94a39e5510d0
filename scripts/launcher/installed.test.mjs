import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findInstallationMismatch, findLockMismatch } from "./installed.mjs";

const machine = { platform: "linux", arch: "x64", libc: "glibc" };
const fastify = { version: "5.12.8", integrity: "sha512-a" };
const forLinux = { version: "1.0.0", optional: true, os: ["linux"], cpu: ["x64"] };
const forMac = { version: "1.0.0", optional: true, os: ["darwin"], cpu: ["arm64"] };
const forMusl = { ...forLinux, libc: ["musl"] };
const forGlibc = { ...forLinux, libc: ["glibc"] };

/** @param {Record<string, import("./installed.mjs").Locked>} packages */
const lock = (packages) => ({ packages: { "": { version: "0.1.0" }, ...packages } });

test.each([
  ["no mismatch for the same packages", { a: fastify }, { a: fastify }, null],
  ["a missing package", { a: fastify }, {}, "node_modules/a is missing"],
  [
    "another version",
    { a: fastify },
    { a: { version: "5.12.7" } },
    "node_modules/a is 5.12.7, 5.12.8 is locked",
  ],
  [
    "the same version with another integrity hash",
    { a: fastify },
    { a: { ...fastify, integrity: "sha512-b" } },
    /^node_modules\/a is/,
  ],
  [
    "a package that is no longer in the lock file",
    {},
    { a: fastify },
    "node_modules/a is installed but not locked",
  ],
  ["no mismatch for a missing package of another machine", { a: forMac }, {}, null],
  ["a missing package of this machine", { a: forLinux }, {}, "node_modules/a is missing"],
  ["no mismatch for a missing package of another C library", { a: forMusl }, {}, null],
  ["a missing package of this C library", { a: forGlibc }, {}, "node_modules/a is missing"],
  [
    "no mismatch for a missing optional package of any machine",
    { a: { version: "1.0.0", optional: true } },
    {},
    null,
  ],
])("finds %s", (_, locked, installed, mismatch) => {
  const inModules = (/** @type {object} */ packages) =>
    lock(
      Object.fromEntries(Object.entries(packages).map(([name, entry]) => [`node_modules/${name}`, entry])),
    );

  const found = findLockMismatch(inModules(locked), inModules(installed), machine);

  if (mismatch instanceof RegExp) expect(found).toMatch(mismatch);
  else expect(found).toBe(mismatch);
});

/** @type {string} */
let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-installed-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("treats an installation that was interrupted before npm wrote its record as missing", () => {
  writeFileSync(join(folder, "lock.json"), JSON.stringify(lock({})));

  expect(findInstallationMismatch(join(folder, "lock.json"), join(folder, "absent.json"))).toBe(
    "nothing is installed",
  );
});

test("treats a truncated record as missing", () => {
  writeFileSync(join(folder, "lock.json"), JSON.stringify(lock({})));
  writeFileSync(join(folder, "record.json"), '{"packages": {');

  expect(findInstallationMismatch(join(folder, "lock.json"), join(folder, "record.json"))).toBe(
    "nothing is installed",
  );
});
