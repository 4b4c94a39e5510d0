/** Requests that act in a person's name must come from our own pages. */
import type { FastifyRequest } from "fastify";
import type { Config } from "../config.ts";
import { Refusal } from "./refusal.ts";

const safeMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses an unsafe request that carries or sets the session cookie unless its `Origin` is ours. A missing one is
 * refused too: every browser sends it with unsafe methods.
 * @throws Refusal forbidden/origin
 */
export function checkOrigin(config: Config, request: FastifyRequest, usesCookie: boolean): void {
  if (!usesCookie || safeMethods.has(request.method)) return;
  const { origin } = request.headers;
  if (origin !== undefined && ownOrigins(config).has(origin)) return;
  throw new Refusal("forbidden/origin", {
    detail: config.isPublicUrlSet
      ? `Use the panel at ${config.publicUrl}. Programs use an API key in place of a cookie.`
      : "Use the panel at its own address on this machine. Programs use an API key in place of a cookie.",
  });
}

function ownOrigins({ isPublicUrlSet, publicUrl, port }: Config): ReadonlySet<string> {
  if (isPublicUrlSet) return new Set([new URL(publicUrl).origin]);
  return new Set(["127.0.0.1", "localhost", "[::1]"].map((host) => `http://${host}:${port}`));
}
