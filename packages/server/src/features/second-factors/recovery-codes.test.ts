import { expect, test } from "vitest";
import { normalizeRecoveryCode } from "./recovery-codes.ts";

test.each(["k7m2p-9xq10", "K7M2P-9XQ10", " k7m2p 9xq10 ", "k7m2p9xq10", "k7m2p–9xqlo", "K7M2P-9XQIO"])(
  "reads %j as the code that was shown",
  (typed) => {
    expect(normalizeRecoveryCode(typed)).toBe("k7m2p9xq10");
  },
);
