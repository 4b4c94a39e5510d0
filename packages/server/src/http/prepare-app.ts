/** The HTTP server before any feature: parsing, limits, headers, errors, logs. */

import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import cookie from "@fastify/cookie";
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import * as z from "zod/mini";
import { compileTrustedProxies, readClientAddress } from "../auth/client-address.ts";
import { requirePolicies } from "../auth/policy.ts";
import type { Config } from "../config.ts";
import type { Deps } from "../deps.ts";
import { ApiError } from "../errors/api-error.ts";
import { getBasePath, removeBasePath } from "./base-path.ts";
import { defaultBodyTimeout, enforceBodyTimeout, handleClientError } from "./connection-errors.ts";
import { describeIssue, handleError } from "./error-handler.ts";
import { parseJsonBody } from "./json-body.ts";
import { closeAfterLingering } from "./lingering-close.ts";
import { logRequests } from "./logging.ts";
import { trackOperations } from "./operations.ts";

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
function addSecurityHeaders(app: FastifyInstance, { publicUrl }: Pick<Config, "publicUrl">): void {
  const all = { ...headers, ...(publicUrl.startsWith("https:") ? strictTransportSecurity : {}) };
  app.addHook("onRequest", async (request, reply) => {
    reply.headers(all).header("x-request-id", request.id);
  });
}

const mebibyte = 1024 * 1024;

/** Limits that tests shorten. */
export interface AppLimits {
  /** Milliseconds that a body may take after its headers. */
  readonly bodyTimeout?: number;
}

/** A Fastify instance on which features register their endpoints. */
export async function prepareApp(
  deps: Pick<Deps, "config" | "log">,
  { bodyTimeout = defaultBodyTimeout }: AppLimits = {},
): Promise<FastifyInstance> {
  z.config({ localeError: describeIssue });
  const isTrusted = compileTrustedProxies(deps.config.trustedProxies);
  const basePath = getBasePath(deps.config);
  const loggerInstance: FastifyBaseLogger = deps.log;
  const app: FastifyInstance = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: "requestId" }),
    requestIdHeader: false,
    genReqId: createRequestId,
    trustProxy: isTrusted,
    bodyLimit: mebibyte,
    requestTimeout: 30_000, // of a whole request, headers included; checked at the interval of the next line
    http: { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 1_000 },
    keepAliveTimeout: 65_000,
    forceCloseConnections: "idle",
    return503OnClosing: false, // rejectWhileClosing does it, as problem+json
    clientErrorHandler: handleClientError,
    rewriteUrl: ({ url = "/" }) => (isDecodable(url) ? removeBasePath(url, basePath) : "/api/unreadable"),
    routerOptions: { maxParamLength: 16_384 },
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(handleError);
  app.decorateRequest("caller", null);
  app.decorateRequest("client", {
    getter() {
      return readClientAddress(this, isTrusted);
    },
  });
  requirePolicies(app);
  enforceBodyTimeout(app, bodyTimeout);
  closeAfterLingering(app);
  addSecurityHeaders(app, deps.config);
  trackOperations(app);
  logRequests(app);
  rejectWhileClosing(app);
  acceptOnlyJson(app);
  await app.register(cookie);
  return app;
}

/** AuthZEN requests keep their own request id, so that both logs have it; otherwise the server generates one. */
function createRequestId({ url = "", headers }: IncomingMessage): string {
  const own = url.startsWith("/access/") ? headers["x-request-id"] : undefined;
  return typeof own === "string" && /^[\t\x20-\x7e\x80-\xff]{1,1024}$/.test(own) ? own : randomUUID();
}

/** A path that can't be decoded matches nothing. The router would respond to it without our headers. */
function isDecodable(url: string): boolean {
  if (!url.startsWith("/") && !URL.canParse(url)) return false;
  try {
    decodeURIComponent(url.split("?")[0] ?? "");
    return true;
  } catch {
    return false;
  }
}

/** Requests in progress are finished; new ones on open connections get 503. */
function rejectWhileClosing(app: FastifyInstance): void {
  let isClosing = false;
  app.addHook("preClose", async () => {
    isClosing = true;
  });
  app.addHook("onRequest", async () => {
    if (isClosing)
      throw new ApiError("unavailable", {
        detail: "The server is stopping. Try again in a moment.",
        retryAfter: 2,
      });
  });
}

/** Bodies are JSON in UTF-8, uncompressed. Everything else is rejected before it is read. */
function acceptOnlyJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    "application/json",
    { parseAs: "buffer" },
    async (_request: unknown, body: Buffer) => parseJsonBody(body),
  );
  app.addHook("onRequest", async (request) => {
    const encoding = request.headers["content-encoding"];
    if (encoding !== undefined && encoding.toLowerCase() !== "identity")
      throw new ApiError("request/media-type", {
        detail: "Send the body as application/json, uncompressed.",
      });
    if (!isUtf8(request.headers["content-type"] ?? ""))
      throw new ApiError("request/media-type", { detail: "Send the body as application/json in UTF-8." });
  });
}

/** JSON has no other encoding: a body that declares one would be misread. */
function isUtf8(contentType: string): boolean {
  const declared = [...contentType.matchAll(/;\s*charset\s*=\s*"?([^\s";]*)/gi)];
  return declared.every(([, charset]) => charset?.toLowerCase() === "utf-8");
}
