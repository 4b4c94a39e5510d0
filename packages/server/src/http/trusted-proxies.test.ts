import { expect, test } from "vitest";
import { plainAddress, trustedProxies } from "./trusted-proxies.ts";

test("trusts nobody when nobody is named", () => {
  expect(trustedProxies([])).toBe(false);
});

test.each([
  ["10.1.2.3", true],
  ["::ffff:10.1.2.3", true],
  ["11.1.2.3", false],
  ["192.0.2.7", true],
  ["192.0.2.8", false],
  ["2001:db8::1", true],
  ["2001:db9::1", false],
  ["unknown", false],
  ["", false],
])("tells whether %s is one of the named proxies: %s", (address, isTrusted) => {
  const trusts = trustedProxies(["10.0.0.0/8", "192.0.2.7", "2001:db8::/32"]);
  expect(trusts !== false && trusts(address)).toBe(isTrusted);
});

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["::FFFF:192.0.2.1", "192.0.2.1"],
  ["2001:db8::1", "2001:db8::1"],
  ["unknown", null],
  ["<script>", null],
  ["::ffff:999.0.2.1", null],
])("records %s as %s", (text, address) => {
  expect(plainAddress(text)).toBe(address);
});
