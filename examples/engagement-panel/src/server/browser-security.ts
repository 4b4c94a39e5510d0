/** Security headers, and protection against cross-site requests. */
import type { FastifyInstance } from "fastify";
import { ApiError } from "./api-error.ts";

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const safeMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);
const loopback = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/;

/** Adds security headers to every response. */
export function addSecurityHeaders(app: FastifyInstance): void {
  app.addHook("onRequest", async ({ url }, reply) => {
    reply.headers({
      "content-security-policy": contentSecurityPolicy,
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "cache-control": url.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-store",
    });
  });
}

/**
 * Rejects cross-site requests: the browser sends the cookie from every page of this host, whatever its port. The server listens on
 * loopback only, so it also rejects requests with another host name (DNS rebinding).
 */
export function checkOrigin(app: FastifyInstance): void {
  app.addHook("onRequest", async ({ method, headers }) => {
    const { host = "", origin } = headers;
    const isSameOrigin = loopback.test(host) && (safeMethods.has(method) || origin === `http://${host}`);
    if (!isSameOrigin)
      throw new ApiError("request/origin", "Use the panel at its own address on this machine.");
  });
}
