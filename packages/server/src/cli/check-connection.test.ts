import { expect, test } from "vitest";
import { describeProtection } from "./check-connection.ts";

const encryption = { protocol: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384", isServerVerified: true };

test.each([
  ["open over a network", { encryption: null, isLocal: false }, false, /not encrypted.*sslmode=verify-full/],
  ["open on this machine", { encryption: null, isLocal: true }, true, /doesn't leave this machine/],
  ["encrypted and verified", { encryption, isLocal: false }, true, /TLSv1\.3 \(TLS_AES_256_GCM_SHA384\)/],
  [
    "encrypted with anybody",
    { encryption: { ...encryption, isServerVerified: false }, isLocal: false },
    false,
    /not verified.*sslmode=verify-full/,
  ],
])("a connection that is %s is described", (_, protection, isEnough, words) => {
  const described = describeProtection(protection);
  expect(described.isEnough).toBe(isEnough);
  expect(described.detail).toMatch(words);
});
