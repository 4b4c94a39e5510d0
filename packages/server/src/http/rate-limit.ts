/**
 * Limits the requests of each organization, so that one that sends very many takes no time from the others. Only callers that were let in
 * before count: a stranger who names an organization in a path can't use up its requests.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parsePanelOrigin } from "@gatehouse/sdk/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { parseTokenOrganization } from "../auth/api-keys.ts";
import { readPanelCookie, readSessionCookie } from "../auth/cookies.ts";
import { readBearerToken } from "../auth/request-source.ts";
import type { Deps } from "../deps.ts";
import { ApiError } from "../errors/api-error.ts";
import { hashToken } from "../ports/secrets.ts";
import { type LimitedRequest, limitedRequests } from "../telemetry/measured-work.ts";
import { createRequestSlots } from "./request-slots.ts";
import { createTokenBuckets } from "./token-buckets.ts";

/** Somebody with credentials for an organization. */
interface Caller {
  readonly id: string;
  readonly organizationId: string;
}

const forwardAuthPath = "/api/v1/forward-auth";

/**
 * Requests of an organization that a process serves at the same time: enough for its limit when each takes 20 ms. The others wait, so that
 * those of other organizations have their turn.
 */
const countSlots = (limit: number): number => Math.max(2, Math.ceil(limit / 50));

/** Callers that are remembered; more than use one process at the same time. */
const maxCallers = 50_000;

/**
 * Rejects requests beyond `ORGANIZATION_RATE_LIMIT` with 429 before anything is read for them, and not faster than it would serve
 * them: a client that repeats its requests at once would take as much time from others as if it were served. Without the setting it
 * does nothing.
 */
export function registerRateLimit(app: FastifyInstance, { config, log }: Pick<Deps, "config" | "log">): void {
  const { organizationRateLimit: limit } = config;
  if (limit === null) return;
  const buckets = createTokenBuckets(limit, () => performance.now());
  const slots = createRequestSlots(app, countSlots(limit));
  const callers = new Set<string>();
  /** Those who aren't remembered yet. */
  const newcomers = new WeakMap<FastifyRequest, Caller>();
  const identify = (request: FastifyRequest): Caller | null => {
    const token = readBearerToken(request) ?? readPanelToken(request) ?? readSessionCookie(config, request);
    const organizationId = findOrganizationId(request);
    if (token === null || organizationId === null) return null;
    return { id: `${organizationId} ${hashToken(token)}`, organizationId };
  };
  app.addHook("onRequest", async (request) => {
    const caller = identify(request);
    if (caller === null) return;
    const { organizationId } = caller;
    if (!callers.has(caller.id)) return void newcomers.set(request, caller);
    const { isFirstRejection, retryAfter, delay } = buckets.take(organizationId);
    if (retryAfter === null) return slots.take(request, organizationId);
    if (isFirstRejection) log.warn({ organizationId, limit }, "An organization sends too many requests.");
    limitedRequests.publish({ limit: "requests" } satisfies LimitedRequest);
    if (delay > 0) await sleep(delay);
    throw new ApiError("organizations/too-many-requests", {
      detail: `This organization sends more than ${limit} requests a second. Send fewer, or try again in ${retryAfter === 1 ? "a second" : `${retryAfter} seconds`}.`,
      retryAfter,
    });
  });
  app.addHook("onResponse", async (request, reply) => {
    const caller = newcomers.get(request);
    if (caller === undefined || !isAuthenticated(request, reply)) return;
    if (callers.size >= maxCallers) callers.clear(); // each of them is remembered again with its next request
    callers.add(caller.id);
  });
}

/** The organization of the API key, of the path, or of the query of the proxies' endpoint. */
function findOrganizationId(request: FastifyRequest): string | null {
  const key = parseTokenOrganization("ghk", readBearerToken(request) ?? "");
  if (key !== null) return key;
  const id = readText(request.params, "organizationId");
  return (
    (id ?? (isForwardAuth(request) ? readText(request.query, "organization") : null))?.toLowerCase() ?? null
  );
}

/** The token in the cookie of the panel whose visitor a proxy asks for. */
function readPanelToken(request: FastifyRequest): string | null {
  const origin = isForwardAuth(request) ? parsePanelOrigin(readText(request.query, "origin") ?? "") : null;
  return origin === null ? null : readPanelCookie(origin, request, "panel");
}

function readText(values: unknown, name: string): string | null {
  const value = Reflect.get(Object(values), name);
  return typeof value === "string" ? value : null;
}

/** Whether the credentials were accepted in the organization: by the route's policy, or because there is a response. */
function isAuthenticated(request: FastifyRequest, { statusCode }: FastifyReply): boolean {
  if (request.caller?.actor != null) return true;
  const { policy } = request.routeOptions.config;
  const authenticatesItself = (policy !== undefined && "key" in policy) || isForwardAuth(request);
  return authenticatesItself && statusCode < 400;
}

function isForwardAuth(request: FastifyRequest): boolean {
  return request.routeOptions.url === forwardAuthPath;
}
