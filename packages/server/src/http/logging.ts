/** Request logging, without secrets. Denied requests are also recorded in the audit log. */
import "../auth/authenticate-request.ts"; // the type of request.caller
import type { Endpoint } from "@gatehouse/sdk/contract";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { recordDenial } from "../audit/record-denial.ts";
import { readOrigin } from "../auth/request-source.ts";
import type { Deps } from "../deps.ts";
import { ApiError } from "../errors/api-error.ts";

/**
 * Logs each request when its response is sent: by route pattern, never by URL, so that neither searches nor email
 * addresses end up in a log, and by the caller's id. The panel's static files are logged at debug level.
 */
export function logRequests(app: FastifyInstance): void {
  app.addHook("onResponse", async (request, reply) => {
    const isPanelFile = request.routeOptions.url === "/*" && reply.statusCode < 400;
    request.log[isPanelFile ? "debug" : "info"](
      {
        method: request.method,
        route: getRoutePattern(request),
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        actor: request.caller?.actor?.id ?? request.caller?.session?.accountId,
      },
      "request",
    );
  });
}

/** The route's pattern; `-` when none matched. */
export function getRoutePattern(request: FastifyRequest): string {
  return request.routeOptions.url ?? "-";
}

/** Logs a failed sign-in and a denied write of a known caller. The response doesn't depend on it. */
export async function logDeniedRequest(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  { method, operationId }: Endpoint,
  request: FastifyRequest,
  error: unknown,
): Promise<void> {
  if (!(error instanceof ApiError) || method === "GET") return;
  const { code } = error;
  const isForbidden = code.startsWith("forbidden/");
  if (!isForbidden && code !== "auth/wrong-credentials") return;
  const actor = request.caller?.actor ?? null;
  const { ip } = readOrigin(request);
  request.log.warn(
    { code, operation: operationId, ip, actor: actor?.id },
    code === "forbidden/origin" ? error.details.detail : "A request was denied.",
  );
  if (!isForbidden || actor === null) return;
  try {
    await recordDenial(deps, actor, { operationId, code });
  } catch (failure) {
    request.log.error({ err: failure }, "A denied request could not be recorded.");
  }
}
