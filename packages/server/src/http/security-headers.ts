/** Security headers of every response: scripts and styles only from our own files, no framing, no caching. */
import type { FastifyInstance } from "fastify";
import type { Config } from "../config.ts";

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
];

/** The defaults of helmet 8 with a stricter content policy, without Cross-Origin-Embedder-Policy. */
const headers: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy": contentSecurityPolicy.join(";"),
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "origin-agent-cluster": "?1",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-dns-prefetch-control": "off",
  "x-download-options": "noopen",
  "x-frame-options": "DENY",
  "x-permitted-cross-domain-policies": "none",
  "x-xss-protection": "0",
};

/** A year. Not for subdomains, which may belong to other programs. */
const strictTransportSecurity = { "strict-transport-security": "max-age=31536000" };

/** Adds the headers and the request id to every response. */
export function addSecurityHeaders(app: FastifyInstance, { publicUrl }: Pick<Config, "publicUrl">): void {
  const all = { ...headers, ...(publicUrl.startsWith("https:") ? strictTransportSecurity : {}) };
  app.addHook("onRequest", async (request, reply) => {
    reply.headers(all).header("x-request-id", request.id);
  });
}
