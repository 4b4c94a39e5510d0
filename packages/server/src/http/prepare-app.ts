/** The HTTP server before any feature: parsing, limits, headers, errors, logs. */
import { randomUUID } from "node:crypto";
import { BlockList, isIP } from "node:net";
import cookie from "@fastify/cookie";
import helmet from "@fastify/helmet";
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  LogController,
} from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import * as z from "zod/mini";
import type { Config } from "../config.ts";
import type { Deps } from "../deps.ts";
import { answerError } from "./problem.ts";
import { Refusal } from "./refusal.ts";

const mebibyte = 1024 * 1024;

/** A Fastify instance on which features bind their endpoints. */
export async function prepareApp(deps: Pick<Deps, "config" | "log">): Promise<FastifyInstance> {
  z.config(z.locales.en());
  const loggerInstance: FastifyBaseLogger = deps.log;
  const app: FastifyInstance = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: "requestId" }),
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    trustProxy: trustedBy(deps.config),
    bodyLimit: mebibyte,
    requestTimeout: 30_000,
    keepAliveTimeout: 65_000,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: 300 },
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(answerError);
  parseOnlyJson(app);
  await app.register(cookie);
  await sendSecurityHeaders(app, deps.config);
  logRequests(app);
  return app;
}

/** `X-Forwarded-*` counts only when it comes from an address that the operator named. */
function trustedBy({ trustedProxies }: Config): false | ((address: string) => boolean) {
  if (trustedProxies.length === 0) return false;
  const trusted = new BlockList();
  for (const range of trustedProxies) {
    const [address = "", bits] = range.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    trusted.addSubnet(address, Number(bits ?? (family === "ipv6" ? 128 : 32)), family);
  }
  return (address) => trusted.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

/** Bodies are JSON in valid UTF-8, uncompressed. Everything else is refused before it is read. */
function parseOnlyJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => {
    try {
      done(null, readJson(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
  app.addHook("onRequest", async (request) => {
    const encoding = request.headers["content-encoding"];
    if (encoding !== undefined && encoding !== "identity")
      throw new Refusal("request/media-type", { detail: "Send the body as application/json, uncompressed." });
  });
}

function readJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (cause) {
    throw new Refusal("request/malformed", { detail: "The body is not valid JSON in UTF-8." }, { cause });
  }
}

/**
 * Scripts and styles come from our own files alone, and nobody may frame us.
 */
async function sendSecurityHeaders(app: FastifyInstance, { publicUrl }: Config): Promise<void> {
  const isSecure = publicUrl.startsWith("https:");
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
      },
    },
    referrerPolicy: { policy: "no-referrer" },
    strictTransportSecurity: isSecure ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    xFrameOptions: { action: "deny" },
    crossOriginEmbedderPolicy: false,
  });
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id).header("cache-control", "no-store");
    reply.header("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()");
  });
}

/** One line a request. Addresses are logged by route, so that neither ids in a query nor searches end up in a log. */
function logRequests(app: FastifyInstance): void {
  app.addHook("onResponse", async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        route: routeOf(request),
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      "request",
    );
  });
}

/** The route's pattern, never the address. */
export function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? "(unknown)";
}
