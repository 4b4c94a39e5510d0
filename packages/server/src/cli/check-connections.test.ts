import { expect, test } from "vitest";
import { describeProtection } from "./check-connections.ts";

const encryption = { protocol: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384", isServerVerified: true };

test.each([
  [
    "unencrypted over a network",
    { encryption: null, isLocal: false },
    false,
    /not encrypted.*sslmode=verify-full/,
  ],
  ["unencrypted on this machine", { encryption: null, isLocal: true }, true, /doesn't leave this machine/],
  ["encrypted and verified", { encryption, isLocal: false }, true, /TLSv1\.3 \(TLS_AES_256_GCM_SHA384\)/],
  [
    "encrypted and not verified",
    { encryption: { ...encryption, isServerVerified: false }, isLocal: false },
    false,
    /not verified.*sslmode=verify-full/,
  ],
])("describes a connection that is %s", (_, protection, isEnough, message) => {
  const described = describeProtection(protection);
  expect(described.isEnough).toBe(isEnough);
  expect(described.detail).toMatch(message);
});
