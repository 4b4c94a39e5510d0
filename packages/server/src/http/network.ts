/** Which network an address belongs to: what a throttle counts. */
import { isIPv4, isIPv6 } from "node:net";

/**
 * An IPv4 address, or the /64 of an IPv6 one: whoever has one address of a /64 has them all. An IPv4 address written as
 * IPv6 is the IPv4 address. Null for anything else.
 */
export function networkOf(address: string | null): string | null {
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
