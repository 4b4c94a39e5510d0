/** IP networks in CIDR notation (RFC 4632, RFC 4291). */

/** An address as its bits. */
interface Address {
  readonly version: 4 | 6;
  readonly bits: bigint;
}

const ipv4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const ipv6 = /^[\da-f:.]+$/i;
/** Bits of `::ffff:0:0/96`, which contains the IPv4-mapped addresses. */
const mapped = 0xffffn;

/** Parses an IP address. An IPv4-mapped IPv6 address is the IPv4 address. Null for anything else. */
export function parseAddress(text: string): Address | null {
  if (ipv4.test(text)) {
    const bytes = text.split(".");
    if (bytes.some((byte) => Number(byte) > 255 || (byte.length > 1 && byte.startsWith("0")))) return null;
    return { version: 4, bits: toBits(bytes.map(Number), 8) };
  }
  if (!text.includes(":") || !ipv6.test(text) || !URL.canParse(`http://[${text}]`)) return null;
  const [head = "", tail] = new URL(`http://[${text}]`).hostname.slice(1, -1).split("::");
  const [before, after] = [head, tail ?? ""].map((part) => (part === "" ? [] : part.split(":")));
  const gap = 8 - (before?.length ?? 0) - (after?.length ?? 0);
  const groups = [...(before ?? []), ...Array.from({ length: gap }, () => "0"), ...(after ?? [])];
  const bits = toBits(
    groups.map((group) => Number.parseInt(group, 16)),
    16,
  );
  return bits >> 32n === mapped ? { version: 4, bits: bits & 0xffff_ffffn } : { version: 6, bits };
}

function toBits(parts: readonly number[], size: number): bigint {
  return parts.reduce((bits, part) => (bits << BigInt(size)) | BigInt(part), 0n);
}

/**
 * Parses a network, or an address, which is the network of itself alone, and returns it in its usual form, without the
 * bits of a host: `192.0.2.7/24` becomes `192.0.2.0/24`. Null for anything else.
 */
export function parseNetwork(text: string): string | null {
  const [, written = "", , length] = /^([^/\s]+)(\/(\d{1,3}))?$/.exec(text.trim()) ?? [];
  const address = parseAddress(written);
  if (address === null) return null;
  const { version, bits } = address;
  const isMapped = version === 4 && written.includes(":");
  const size = version === 4 ? 32 : 128;
  const prefix = length === undefined ? size : Number(length) - (isMapped ? 96 : 0);
  if (prefix < 0 || prefix > size) return null;
  const host = BigInt(size - prefix);
  return `${formatAddress({ version, bits: (bits >> host) << host })}/${prefix}`;
}

function formatAddress({ version, bits }: Address): string {
  if (version === 4) return [24n, 16n, 8n, 0n].map((shift) => String((bits >> shift) & 0xffn)).join(".");
  const groups = Array.from({ length: 8 }, (_, at) =>
    ((bits >> BigInt(112 - 16 * at)) & 0xffffn).toString(16),
  );
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}
