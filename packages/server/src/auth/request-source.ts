/** Where a request comes from, and the credentials of programs in it. */
import "./client-address.ts"; // the type of request.client
import type { FastifyRequest } from "fastify";
import type { RequestOrigin } from "./actor.ts";

/** Where a request came from. `X-Forwarded-For` counts only from a trusted proxy. */
export function readOrigin(request: FastifyRequest): RequestOrigin {
  return {
    ip: request.client.ip,
    userAgent: request.headers["user-agent"]?.slice(0, 500) ?? null,
    requestId: request.id,
  };
}

/**
 * The token of `Authorization: Bearer`, or null without one. Other schemes are ignored: a proxy with basic
 * authentication leaves its header on the request.
 */
export function readBearerToken(request: FastifyRequest): string | null {
  const [scheme = "", ...rest] = (request.headers.authorization ?? "").split(/ +/);
  return scheme.toLowerCase() === "bearer" ? rest.join(" ") : null;
}
