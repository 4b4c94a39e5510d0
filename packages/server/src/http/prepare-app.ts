/** The HTTP server before any feature: parsing, limits, headers, errors, logs. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import cookie from "@fastify/cookie";
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import * as z from "zod/mini";
import type { Deps } from "../deps.ts";
import { limitBodyTime, usualBodyTimeout } from "./body-deadline.ts";
import { answerBrokenRequest } from "./broken-request.ts";
import { readClientAddress } from "./client-address.ts";
import { describeIssue } from "./describe-issue.ts";
import { logRequests } from "./log-requests.ts";
import { requirePolicies } from "./policy.ts";
import { answerError } from "./problem.ts";
import { readJson } from "./read-json.ts";
import { Refusal } from "./refusal.ts";
import { sendSecurityHeaders } from "./security-headers.ts";
import { trustedProxies } from "./trusted-proxies.ts";

const mebibyte = 1024 * 1024;

/** What a test may want to wait for less long. */
export interface AppLimits {
  /** Milliseconds that a body may take after its headers. */
  readonly bodyTimeout?: number;
}

/** A Fastify instance on which features bind their endpoints. */
export async function prepareApp(
  deps: Pick<Deps, "config" | "log">,
  { bodyTimeout = usualBodyTimeout }: AppLimits = {},
): Promise<FastifyInstance> {
  z.config({ localeError: describeIssue });
  const isTrusted = trustedProxies(deps.config.trustedProxies);
  const loggerInstance: FastifyBaseLogger = deps.log;
  const app: FastifyInstance = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: "requestId" }),
    requestIdHeader: false,
    genReqId: requestIdFor,
    trustProxy: isTrusted,
    bodyLimit: mebibyte,
    requestTimeout: 30_000, // of a whole request, headers included; looked at as often as the next line says
    http: { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 1_000 },
    keepAliveTimeout: 65_000,
    forceCloseConnections: "idle",
    return503OnClosing: false, // refuseWhileClosing does, as problem+json
    clientErrorHandler: answerBrokenRequest,
    rewriteUrl: ({ url = "/" }) => (isReadable(url) ? url : "/api/unreadable"),
    routerOptions: { maxParamLength: 16_384 },
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(answerError);
  app.decorateRequest("asker", null);
  app.decorateRequest("client", {
    getter() {
      return readClientAddress(this, isTrusted);
    },
  });
  requirePolicies(app);
  limitBodyTime(app, bodyTimeout);
  await sendSecurityHeaders(app, deps.config);
  logRequests(app);
  refuseWhileClosing(app);
  parseOnlyJson(app);
  await app.register(cookie);
  return app;
}

/** Whoever asks for decisions gets their own id back, whatever its form, so that both logs have it; elsewhere the server chooses. */
function requestIdFor({ url = "", headers }: IncomingMessage): string {
  const own = url.startsWith("/access/") ? headers["x-request-id"] : undefined;
  return typeof own === "string" && /^[\t\x20-\x7e\x80-\xff]{1,1024}$/.test(own) ? own : randomUUID();
}

/** An address that can't be decoded names nothing. Left to the router it would be answered without our headers. */
function isReadable(url: string): boolean {
  if (!url.startsWith("/") && !URL.canParse(url)) return false;
  try {
    decodeURIComponent(url.split("?")[0] ?? "");
    return true;
  } catch {
    return false;
  }
}

/** Requests that are being answered are finished; new ones on connections that are still open go elsewhere. */
function refuseWhileClosing(app: FastifyInstance): void {
  let isClosing = false;
  app.addHook("preClose", async () => {
    isClosing = true;
  });
  app.addHook("onRequest", async () => {
    if (isClosing)
      throw new Refusal("unavailable", {
        detail: "The server is stopping. Try again in a moment.",
        retryAfter: 2,
      });
  });
}

/** Bodies are JSON in UTF-8, uncompressed. Everything else is refused before it is read. */
function parseOnlyJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    "application/json",
    { parseAs: "buffer" },
    async (_request: unknown, body: Buffer) => readJson(body),
  );
  app.addHook("onRequest", async (request) => {
    const encoding = request.headers["content-encoding"];
    if (encoding !== undefined && encoding.toLowerCase() !== "identity")
      throw new Refusal("request/media-type", { detail: "Send the body as application/json, uncompressed." });
    if (!isUtf8(request.headers["content-type"] ?? ""))
      throw new Refusal("request/media-type", { detail: "Send the body as application/json in UTF-8." });
  });
}

/** JSON has no other encoding; who declares one would have their text misread. */
function isUtf8(contentType: string): boolean {
  const declared = [...contentType.matchAll(/;\s*charset\s*=\s*"?([^\s";]*)/gi)];
  return declared.every(([, charset]) => charset?.toLowerCase() === "utf-8");
}
