import { expect, test } from "vitest";
import { computeTotpCode, createTotpSecret, createTotpUri, findTotpStep, getTotpStep } from "./totp.ts";

/** `12345678901234567890`, the key of the test vectors. */
const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

// RFC 6238, appendix B: the last six of its eight digits.
test.each([
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_111_111_111, "050471"],
  [1_234_567_890, "005924"],
  [2_000_000_000, "279037"],
  [20_000_000_000, "353130"],
])("computes the code of RFC 6238 at %d seconds", (seconds, code) => {
  expect(computeTotpCode(secret, getTotpStep(new Date(seconds * 1000)))).toBe(code);
});

test("accepts the code of the step before and after, and no other", () => {
  const now = new Date("2026-03-02T09:00:00Z");
  const step = getTotpStep(now);
  const found = [-2, -1, 0, 1, 2].map((drift) =>
    findTotpStep(secret, computeTotpCode(secret, step + drift), now),
  );
  expect(found).toEqual([null, step - 1, step, step + 1, null]);
});

test.each(["", "12345", "1234567", "abcdef", "287 08", "٢٨٧٠٨٢"])("rejects %j", (typed) => {
  expect(findTotpStep(secret, typed, new Date(59_000))).toBeNull();
});

test("ignores spaces in a typed code", () => {
  expect(findTotpStep(secret, " 287 082 ", new Date(59_000))).toBe(1);
});

test("creates secrets of 160 bits in base32", () => {
  const secrets = Array.from({ length: 50 }, createTotpSecret);
  expect(new Set(secrets).size).toBe(50);
  for (const created of secrets) expect(created).toMatch(/^[A-Z2-7]{32}$/);
});

test("names the account in the address of the QR code", () => {
  const uri = new URL(createTotpUri(secret, "ayşe+1@example.test"));
  expect(decodeURIComponent(uri.pathname)).toContain("Gatehouse:ayşe+1@example.test");
  expect(Object.fromEntries(uri.searchParams)).toEqual({
    secret,
    issuer: "Gatehouse",
    algorithm: "SHA1",
    digits: "6",
    period: "30",
  });
});
