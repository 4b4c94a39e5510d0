/** From where a request came, through the proxies that the operator trusts. */
import { isIP } from "node:net";
import type { FastifyRequest } from "fastify";
import { networkOf } from "./network.ts";
import { plainAddress } from "./trusted-proxies.ts";

/** Where a request came from. */
export interface ClientAddress {
  /** The nearest address that is known for sure; null when the connection has none. */
  readonly ip: string | null;
  /** What throttles count. Null when a trusted proxy didn't say from where: many people may be behind that proxy. */
  readonly network: string | null;
}

declare module "fastify" {
  interface FastifyRequest {
    /** From where it came. */
    readonly client: ClientAddress;
  }
}

/**
 * Reads `X-Forwarded-For` from the right, from one trusted proxy to the next, to the first address that is none. A hop
 * that is no address (`unknown`) ends the walk at the one before it.
 */
export function readClientAddress(
  request: Pick<FastifyRequest, "socket" | "headers">,
  isTrusted: false | ((address: string) => boolean),
): ClientAddress {
  const peer = plainAddress(request.socket.remoteAddress ?? "");
  if (peer === null || isTrusted === false || !isTrusted(peer)) return { ip: peer, network: networkOf(peer) };
  const hops = forwardedHops(request);
  if (hops.length === 0) return { ip: peer, network: null };
  let ip = peer;
  for (const hop of hops.reverse()) {
    const address = readHop(hop);
    if (address === null) return { ip, network: null };
    ip = address;
    if (!isTrusted(address)) break;
  }
  return { ip, network: networkOf(ip) };
}

/** Whether a peer that isn't trusted says for whom it asks: a proxy that the operator forgot to name, or a liar. */
export function isUntrustedProxy(
  request: Pick<FastifyRequest, "socket" | "headers">,
  isTrusted: false | ((address: string) => boolean),
): boolean {
  if (request.headers["x-forwarded-for"] === undefined) return false;
  const peer = plainAddress(request.socket.remoteAddress ?? "");
  return peer !== null && (isTrusted === false || !isTrusted(peer));
}

function forwardedHops({ headers }: Pick<FastifyRequest, "headers">): string[] {
  const header = [headers["x-forwarded-for"] ?? []].flat().join(",").trim();
  return header === "" ? [] : header.split(",");
}

/** An address as proxies write it: alone, with a port, or an IPv6 one in brackets with or without a port. Null for what is none. */
export function readHop(text: string): string | null {
  const hop = text.trim().replace(/^"(.*)"$/, "$1");
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(hop)?.[1];
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? plainAddress(bracketed) : null;
  return plainAddress(/^(\d+\.\d+\.\d+\.\d+):\d{1,5}$/.exec(hop)?.[1] ?? hop);
}
