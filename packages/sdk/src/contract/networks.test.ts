import { expect, test } from "vitest";
import { parseAddress, parseNetwork } from "./networks.ts";

test.each([
  ["192.0.2.0/24", "192.0.2.0/24"],
  ["192.0.2.7/24", "192.0.2.0/24"],
  [" 192.0.2.7 ", "192.0.2.7/32"],
  ["0.0.0.0/0", "0.0.0.0/0"],
  ["2001:DB8:0:0::1/32", "2001:db8::/32"],
  ["::1", "::1/128"],
  ["::/0", "::/0"],
  ["::ffff:192.0.2.7/120", "192.0.2.0/24"],
  ["::ffff:c000:207", "192.0.2.7/32"],
])("the network %s is %s", (text, network) => {
  expect(parseNetwork(text)).toBe(network);
});

test.each([
  "",
  "example.com",
  "192.0.2.0/33",
  "192.0.2.0/-1",
  "192.0.2.0/",
  "192.0.2/24",
  "192.0.2.256",
  "192.0.2.07",
  "2001:db8::/129",
  "2001:db8",
  "::ffff:192.0.2.0/24",
  "fe80::1%eth0",
  "192.0.2.0/24, 192.0.3.0/24",
  "[::1]",
])("%s is not a network", (text) => {
  expect(parseNetwork(text)).toBeNull();
});

test("an IPv4-mapped address is the IPv4 address", () => {
  expect(parseAddress("::ffff:192.0.2.7")).toEqual(parseAddress("192.0.2.7"));
  expect(parseAddress("192.0.2.7")).toEqual({ version: 4, bits: 0xc000_0207n });
});
