import { expect, test } from "vitest";
import { isUntrustedProxy, readClientAddress, readHop } from "./client-address.ts";
import { trustedProxies } from "./trusted-proxies.ts";

const isTrusted = trustedProxies(["10.0.0.0/8"]);

const read = (forwarded: string | undefined, remoteAddress = "10.0.0.1") =>
  readClientAddress(
    { socket: { remoteAddress }, headers: { "x-forwarded-for": forwarded } } as unknown as Parameters<
      typeof readClientAddress
    >[0],
    isTrusted,
  );

test.each([
  ["203.0.113.7", "203.0.113.7", "203.0.113.7"],
  ["203.0.113.7:51008", "203.0.113.7", "203.0.113.7"],
  ["[2001:db8::1]:443", "2001:db8::1", "2001:db8:0:0::/64"],
  ["[2001:db8::1]", "2001:db8::1", "2001:db8:0:0::/64"],
  ['"[2001:db8::1]:443"', "2001:db8::1", "2001:db8:0:0::/64"],
  ["2001:db8::1", "2001:db8::1", "2001:db8:0:0::/64"],
  ["198.51.100.1, 203.0.113.7:51008", "203.0.113.7", "203.0.113.7"],
  ["203.0.113.7:51008, 10.0.0.2:80", "203.0.113.7", "203.0.113.7"],
  ["unknown, 203.0.113.7", "203.0.113.7", "203.0.113.7"],
  ["10.0.0.9", "10.0.0.9", "10.0.0.9"],
])("reads %s behind a trusted proxy as %s", (forwarded, ip, network) => {
  expect(read(forwarded)).toEqual({ ip, network });
});

test.each([
  ["unknown", "10.0.0.1"],
  ["", "10.0.0.1"],
  [undefined, "10.0.0.1"],
  ["203.0.113.7, unknown", "10.0.0.1"],
  ["203.0.113.7, unknown, 10.0.0.2", "10.0.0.2"],
  ["203.0.113.7, 203.0.113.8:443:1", "10.0.0.1"],
])("takes the nearest proxy for the address and no network for counting after %s", (forwarded, ip) => {
  expect(read(forwarded)).toEqual({ ip, network: null });
});

test("ignores the word of a peer that isn't trusted", () => {
  expect(read("203.0.113.7", "192.0.2.1")).toEqual({ ip: "192.0.2.1", network: "192.0.2.1" });
  expect(read("203.0.113.7", "::ffff:192.0.2.1")).toEqual({ ip: "192.0.2.1", network: "192.0.2.1" });
});

test.each([
  ["203.0.113.7", "192.0.2.1", true],
  ["203.0.113.7", "10.0.0.1", false],
  [undefined, "192.0.2.1", false],
])("tells whether %s from %s comes from a proxy that isn't named: %s", (forwarded, remoteAddress, isOne) => {
  const request = { socket: { remoteAddress }, headers: { "x-forwarded-for": forwarded } };
  expect(isUntrustedProxy(request as unknown as Parameters<typeof isUntrustedProxy>[0], isTrusted)).toBe(
    isOne,
  );
});

test.each([
  "",
  "unknown",
  "_hidden",
  "1.2.3",
  "1.2.3.4:",
  "[1.2.3.4]:80",
  "[2001:db8::1",
  "2001:db8::1]:443",
])("takes the hop %j for no address", (hop) => {
  expect(readHop(hop)).toBeNull();
});
