/** Whose word about where a request came from counts. */
import { BlockList, isIP, isIPv6 } from "node:net";

/**
 * Tells whether an address is a proxy that the operator named, by address or range (`10.0.0.0/8`); false when none is
 * named. `X-Forwarded-*` headers of anybody else are ignored.
 */
export function trustedProxies(ranges: readonly string[]): false | ((address: string) => boolean) {
  if (ranges.length === 0) return false;
  const trusted = new BlockList();
  for (const range of ranges) {
    const [address = "", bits] = range.split("/");
    const isLong = isIPv6(address);
    trusted.addSubnet(address, Number(bits ?? (isLong ? 128 : 32)), isLong ? "ipv6" : "ipv4");
  }
  return (address) => isIP(address) !== 0 && trusted.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

/** An address as it is shown and recorded: an IPv4 address in IPv6 clothes without them; null for what is none. */
export function plainAddress(text: string): string | null {
  const address = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text)?.[1] ?? text;
  return isIP(address) === 0 ? null : address;
}
