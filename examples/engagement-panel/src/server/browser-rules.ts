/** What a browser may do with this panel, and who may send it here. */
import type { FastifyInstance } from "fastify";
import { Refusal } from "./refusal.ts";

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const safe: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);
const loopback = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/;

/** Puts the headers on every answer. */
export function sendHeaders(app: FastifyInstance): void {
  app.addHook("onRequest", async ({ url }, reply) => {
    reply.headers({
      "content-security-policy": policy,
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "cache-control": url.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-store",
    });
  });
}

/**
 * Refuses what another site sends in the person's name: the cookie comes along from every page on this machine, whatever
 * its port. And as it listens on this machine alone, a request that names another host came through a foreign name.
 */
export function guardOrigin(app: FastifyInstance): void {
  app.addHook("onRequest", async ({ method, headers }) => {
    const { host = "", origin } = headers;
    const isOurs = loopback.test(host) && (safe.has(method) || origin === `http://${host}`);
    if (!isOurs) throw new Refusal("request/origin", "Use the panel at its own address on this machine.");
  });
}
