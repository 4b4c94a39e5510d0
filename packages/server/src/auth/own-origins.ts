/** The origins at which the panel may be opened: requests with the session's cookie come from there alone. */
import type { FastifyRequest } from "fastify";
import { type Config, listeningUrl } from "../config.ts";
import { ApiError } from "../errors/api-error.ts";
import { truncate } from "../truncate.ts";

const safeMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Rejects an unsafe request that carries or sets the session cookie unless its `Origin` is ours (CSRF). A missing one
 * is rejected too: every browser sends it with unsafe methods.
 * @throws ApiError forbidden/origin
 */
export function checkOrigin(config: Config, request: FastifyRequest, usesCookie: boolean): void {
  if (!usesCookie || safeMethods.has(request.method)) return;
  const { origin } = request.headers;
  if (origin !== undefined && listOwnOrigins(config).has(origin)) return;
  throw foreignOrigin(config, origin);
}

/** Names PUBLIC_URL, because a panel that is opened at another address is the likeliest cause. */
function foreignOrigin({ isPublicUrlSet, publicUrl }: Config, origin: string | undefined): ApiError {
  const sent = origin === undefined ? null : truncate(origin, 100);
  const setting = isPublicUrlSet ? `PUBLIC_URL is ${publicUrl}` : `PUBLIC_URL is unset (${publicUrl})`;
  const shown = sent !== null && URL.parse(sent)?.origin === sent ? sent : null;
  return new ApiError("forbidden/origin", {
    detail:
      `The request came from ${sent === null ? "no origin" : sent}, but ${setting}. Open the panel at ${publicUrl}` +
      `${shown === null ? "" : `, or set PUBLIC_URL=${shown} if that is its address`}. Programs use an API key in place of a cookie.`,
    params: { origin: shown, publicUrl },
  });
}

/** The origins at which the panel may be opened: that of `PUBLIC_URL`, or without it any loopback origin with our port. */
export function listOwnOrigins({
  isPublicUrlSet,
  publicUrl,
  port,
}: Pick<Config, "isPublicUrlSet" | "publicUrl" | "port">): ReadonlySet<string> {
  if (isPublicUrlSet) return new Set([new URL(publicUrl).origin]);
  return new Set([publicUrl, ...["127.0.0.1", "localhost", "::1"].map((host) => listeningUrl(host, port))]);
}
