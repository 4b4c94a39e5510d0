import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  compileTrustedProxies,
  isUntrustedProxy,
  normalizeAddress,
  parseHop,
  readClientAddress,
  toNetwork,
} from "./client-address.ts";

const isTrusted = compileTrustedProxies(["10.0.0.0/8"]);

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

test("reads the header as proxies with ports, brackets and unknown clients write it", () => {
  const file = new URL("../../test/fixtures/xff-with-port.txt", import.meta.url);
  const values = readFileSync(file, "utf8").match(/(?<=X-Forwarded-For: ).*/g) ?? [];
  expect(values.map((value) => read(value))).toEqual([
    { ip: "203.0.113.7", network: "203.0.113.7" },
    { ip: "2001:db8::1", network: "2001:db8:0:0::/64" },
    { ip: "10.0.0.1", network: null },
  ]);
});

test.each([
  ["unknown", "10.0.0.1"],
  ["", "10.0.0.1"],
  [undefined, "10.0.0.1"],
  ["203.0.113.7, unknown", "10.0.0.1"],
  ["203.0.113.7, unknown, 10.0.0.2", "10.0.0.2"],
  ["203.0.113.7, 203.0.113.8:443:1", "10.0.0.1"],
])("uses the nearest proxy as the address and no network after %s", (forwarded, ip) => {
  expect(read(forwarded)).toEqual({ ip, network: null });
});

test("ignores X-Forwarded-For from an untrusted peer", () => {
  expect(read("203.0.113.7", "192.0.2.1")).toEqual({ ip: "192.0.2.1", network: "192.0.2.1" });
  expect(read("203.0.113.7", "::ffff:192.0.2.1")).toEqual({ ip: "192.0.2.1", network: "192.0.2.1" });
});

test.each([
  ["203.0.113.7", "192.0.2.1", true],
  ["203.0.113.7", "10.0.0.1", false],
  [undefined, "192.0.2.1", false],
])("detects whether %s from %s comes from an untrusted proxy: %s", (forwarded, remoteAddress, isOne) => {
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
])("parses the hop %j as no address", (hop) => {
  expect(parseHop(hop)).toBeNull();
});

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:DB8:0001:0002::1", "2001:db8:1:2::/64"],
  ["2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"],
  ["2001:db8:1:3::1", "2001:db8:1:3::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["not an address", null],
  ["", null],
])("maps %j to the network %s", (address, network) => {
  expect(toNetwork(address)).toBe(network);
});

test("has no network without an address", () => {
  expect(toNetwork(null)).toBeNull();
});

test("trusts no proxy when none is configured", () => {
  expect(compileTrustedProxies([])).toBe(false);
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
])("detects whether %s is a configured proxy: %s", (address, isTrusted) => {
  const trusts = compileTrustedProxies(["10.0.0.0/8", "192.0.2.7", "2001:db8::/32"]);
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
  expect(normalizeAddress(text)).toBe(address);
});
