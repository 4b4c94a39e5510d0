import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { installationGap, lockGap } from "./installed.mjs";

const machine = { platform: "linux", arch: "x64", libc: "glibc" };
const fastify = { version: "5.12.8", integrity: "sha512-a" };
const forLinux = { version: "1.0.0", optional: true, os: ["linux"], cpu: ["x64"] };
const forMac = { version: "1.0.0", optional: true, os: ["darwin"], cpu: ["arm64"] };
const forMusl = { ...forLinux, libc: ["musl"] };
const forGlibc = { ...forLinux, libc: ["glibc"] };

/** @param {Record<string, import("./installed.mjs").Locked>} packages */
const lock = (packages) => ({ packages: { "": { version: "0.1.0" }, ...packages } });

test.each([
  ["the same packages agree", { a: fastify }, { a: fastify }, null],
  ["a missing package is a gap", { a: fastify }, {}, "node_modules/a is missing"],
  [
    "another version is a gap",
    { a: fastify },
    { a: { version: "5.12.7" } },
    "node_modules/a is 5.12.7, 5.12.8 is locked",
  ],
  [
    "the same version from elsewhere is a gap",
    { a: fastify },
    { a: { ...fastify, integrity: "sha512-b" } },
    /^node_modules\/a is/,
  ],
  ["a package that left the lock is a gap", {}, { a: fastify }, "node_modules/a is installed but not locked"],
  ["a package for another machine may be absent", { a: forMac }, {}, null],
  ["a package for this machine may not", { a: forLinux }, {}, "node_modules/a is missing"],
  ["a package for another C library may be absent", { a: forMusl }, {}, null],
  ["a package for this C library may not", { a: forGlibc }, {}, "node_modules/a is missing"],
  [
    "an optional package for any machine may be absent",
    { a: { version: "1.0.0", optional: true } },
    {},
    null,
  ],
])("%s", (_, locked, installed, gap) => {
  const inModules = (/** @type {object} */ packages) =>
    lock(
      Object.fromEntries(Object.entries(packages).map(([name, entry]) => [`node_modules/${name}`, entry])),
    );

  const found = lockGap(inModules(locked), inModules(installed), machine);

  if (gap instanceof RegExp) expect(found).toMatch(gap);
  else expect(found).toBe(gap);
});

/** @type {string} */
let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-installed-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("an installation that broke off before npm wrote its record is none", () => {
  writeFileSync(join(folder, "lock.json"), JSON.stringify(lock({})));

  expect(installationGap(join(folder, "lock.json"), join(folder, "absent.json"))).toBe(
    "nothing is installed",
  );
});

test("a record that was cut short is no record", () => {
  writeFileSync(join(folder, "lock.json"), JSON.stringify(lock({})));
  writeFileSync(join(folder, "record.json"), '{"packages": {');

  expect(installationGap(join(folder, "lock.json"), join(folder, "record.json"))).toBe(
    "nothing is installed",
  );
});
