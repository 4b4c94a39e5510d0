import { expect, test } from "vitest";
import { findPasskeyObstacle } from "./webauthn.ts";

const browser = { isSecureContext: true, PublicKeyCredential: class {} };

test.each([
  ["gate.example.com", browser, null],
  ["localhost", browser, null],
  ["127.0.0.1", browser, "ip-address"],
  ["[::1]", browser, "ip-address"],
  ["gate.example.com", { isSecureContext: false }, "insecure"],
  ["gate.example.com", { isSecureContext: true }, "unsupported"],
] as const)("at %s with %o passkeys have the obstacle %s", (hostname, scope, obstacle) => {
  expect(findPasskeyObstacle({ hostname }, scope)).toBe(obstacle);
});
