import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keepSecretKey } from "./secret-key.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-key-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a key is made once, for its owner's eyes alone, and found again", () => {
  const made = keepSecretKey(folder, { isInUse: false });
  expect(Buffer.from(made, "base64url")).toHaveLength(32);
  expect(statSync(join(folder, "secret-key")).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["secret-key"]);
  expect(keepSecretKey(folder, { isInUse: true })).toBe(made);
});

test("a damaged key is not replaced by a new one", () => {
  writeFileSync(join(folder, "secret-key"), "");
  expect(() => keepSecretKey(folder, { isInUse: false })).toThrow(/is damaged\. Restore it from a backup/);
});

test("a missing key is not replaced by a new one where there is data that needs it", () => {
  expect(() => keepSecretKey(folder, { isInUse: true })).toThrow(
    /secret-key isn't there.*Restore the file.*--accept-secret-key/,
  );
  expect(readdirSync(folder)).toEqual([]);
});
