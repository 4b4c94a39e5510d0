import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadOrCreateSecretKey } from "./secret-key.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-key-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("creates a key once, readable by its owner only, and reads it again", () => {
  const created = loadOrCreateSecretKey(folder, { isInUse: false });
  expect(Buffer.from(created, "base64url")).toHaveLength(32);
  expect(statSync(join(folder, "secret-key")).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["secret-key"]);
  expect(loadOrCreateSecretKey(folder, { isInUse: true })).toBe(created);
});

test("does not replace a damaged key", () => {
  writeFileSync(join(folder, "secret-key"), "");
  expect(() => loadOrCreateSecretKey(folder, { isInUse: false })).toThrow(
    /is damaged\. Restore it from a backup/,
  );
});

test("does not replace a missing key when there is data that needs it", () => {
  expect(() => loadOrCreateSecretKey(folder, { isInUse: true })).toThrow(
    /secret-key isn't there.*Restore the file.*--accept-secret-key/,
  );
  expect(readdirSync(folder)).toEqual([]);
});
