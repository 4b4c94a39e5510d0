/** The client's address, through the proxies that the operator trusts. */
import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";
import type { FastifyRequest } from "fastify";

/** Where a request came from. */
export interface ClientAddress {
  /** The nearest address that is certain; null when the connection has none. */
  readonly ip: string | null;
  /**
   * What throttles count by. Null when a trusted proxy didn't name the client: many people may be behind that proxy.
   */
  readonly network: string | null;
}

declare module "fastify" {
  interface FastifyRequest {
    /** The client's address. */
    readonly client: ClientAddress;
  }
}

/**
 * Reads `X-Forwarded-For` from the right, from one trusted proxy to the next, to the first address that isn't one. A
 * hop that is not an address (`unknown`) stops at the one before it.
 */
export function readClientAddress(
  request: Pick<FastifyRequest, "socket" | "headers">,
  isTrusted: false | ((address: string) => boolean),
): ClientAddress {
  const peer = normalizeAddress(request.socket.remoteAddress ?? "");
  if (peer === null || isTrusted === false || !isTrusted(peer)) return { ip: peer, network: toNetwork(peer) };
  const hops = readForwardedHops(request);
  if (hops.length === 0) return { ip: peer, network: null };
  let ip = peer;
  for (const hop of hops.reverse()) {
    const address = parseHop(hop);
    if (address === null) return { ip, network: null };
    ip = address;
    if (!isTrusted(address)) break;
  }
  return { ip, network: toNetwork(ip) };
}

/** Whether an untrusted peer sent `X-Forwarded-For`: a proxy that the operator forgot to configure, or a forgery. */
export function isUntrustedProxy(
  request: Pick<FastifyRequest, "socket" | "headers">,
  isTrusted: false | ((address: string) => boolean),
): boolean {
  if (request.headers["x-forwarded-for"] === undefined) return false;
  const peer = normalizeAddress(request.socket.remoteAddress ?? "");
  return peer !== null && (isTrusted === false || !isTrusted(peer));
}

function readForwardedHops({ headers }: Pick<FastifyRequest, "headers">): string[] {
  const header = [headers["x-forwarded-for"] ?? []].flat().join(",").trim();
  return header === "" ? [] : header.split(",");
}

/**
 * Parses an address as proxies write it: alone, with a port, or IPv6 in brackets with or without a port. Null for
 * anything else.
 */
export function parseHop(text: string): string | null {
  const hop = text.trim().replace(/^"(.*)"$/, "$1");
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(hop)?.[1];
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? normalizeAddress(bracketed) : null;
  return normalizeAddress(/^(\d+\.\d+\.\d+\.\d+):\d{1,5}$/.exec(hop)?.[1] ?? hop);
}

/**
 * The network that throttles count by: an IPv4 address, or the /64 of an IPv6 one, because one subscriber has a whole
 * /64. An IPv4-mapped IPv6 address is the IPv4 address. Null for anything else.
 */
export function toNetwork(address: string | null): string | null {
  if (address === null) return null;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined && isIPv4(mapped)) return mapped;
  if (isIPv4(address)) return address;
  const bare = address.split("%")[0] ?? "";
  return isIPv6(bare) ? `${expand(bare).slice(0, 4).join(":")}::/64` : null;
}

function expand(address: string): readonly string[] {
  const [head = "", tail] = address.toLowerCase().split("::");
  const left = head.split(":").filter(Boolean);
  const right = tail?.split(":").filter(Boolean) ?? [];
  const gap = Math.max(0, 8 - left.length - right.length);
  const groups = tail === undefined ? left : [...left, ...Array.from({ length: gap }, () => "0"), ...right];
  return groups.map((group) => group.replace(/^0+(?=.)/, ""));
}

/**
 * Returns a test for addresses of the configured proxies (addresses or CIDR ranges); false when none is configured.
 * `X-Forwarded-*` headers of other peers are ignored.
 */
export function compileTrustedProxies(ranges: readonly string[]): false | ((address: string) => boolean) {
  if (ranges.length === 0) return false;
  const trusted = new BlockList();
  for (const range of ranges) {
    const [address = "", bits] = range.split("/");
    const isLong = isIPv6(address);
    trusted.addSubnet(address, Number(bits ?? (isLong ? 128 : 32)), isLong ? "ipv6" : "ipv4");
  }
  return (address) => isIP(address) !== 0 && trusted.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

/**
 * An address as it is shown and recorded: an IPv4-mapped IPv6 address becomes IPv4; null for anything that is not an
 * address.
 */
export function normalizeAddress(text: string): string | null {
  const address = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text)?.[1] ?? readMappedAddress(text) ?? text;
  return isIP(address) === 0 ? null : address;
}

/** The IPv4 address in an IPv4-mapped one that is written in hexadecimal, like `::ffff:c000:207`. */
function readMappedAddress(text: string): string | null {
  const [, ...words] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/i.exec(text) ?? [];
  if (words.length === 0) return null;
  const numbers = words.map((word) => Number.parseInt(word, 16));
  return numbers.flatMap((number) => [number >> 8, number & 0xff]).join(".");
}

/** What to do about an untrusted proxy. */
export function describeUntrustedProxy(address: string): string {
  return (
    `X-Forwarded-For came from ${address}, which TRUSTED_PROXIES doesn't name, so it was ignored. If this is your ` +
    "proxy, set TRUSTED_PROXIES to its address: until then everybody behind it shares one address and one limit of tries."
  );
}
