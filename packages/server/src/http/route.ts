/** Registers an endpoint of the contract: who may call it, what its handler gets, how its response is sent. */
import type { Endpoint, Language } from "@gatehouse/sdk/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type * as z from "zod/mini";
import type { AccountActor, AuthenticatedActor, RequestOrigin, ThrottleSource } from "../auth/actor.ts";
import { authenticate, authorize } from "../auth/authenticate-request.ts";
import { readOrigin } from "../auth/request-source.ts";
import type { Config } from "../config.ts";
import type { RowVersion } from "../db/row-version.ts";
import type { Deps } from "../deps.ts";
import "../auth/client-address.ts"; // the type of request.client
import { readChallengeCookie, readDeviceCookie, readSessionCookie } from "../auth/cookies.ts";
import type { Policy } from "../auth/policy.ts";
import type { Ahead, ExpectedAccount, ExpectedCaller, ReadAhead } from "../auth/read-ahead.ts";
import { readLanguage } from "../auth/request-language.ts";
import { ApiError } from "../errors/api-error.ts";
import { compressResponse } from "./compression.ts";
import { readIdempotencyKey, readIfMatch, readLastEventId } from "./headers.ts";
import type { Idempotency } from "./idempotency.ts";
import { rejectPrototypeMembers } from "./json-body.ts";
import { logDeniedRequest } from "./logging.ts";
import { rejectInvalidQuery } from "./query.ts";
import { type Result, sendResult } from "./send-result.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    endpoint?: Endpoint;
  }
}

type Parsed<Schema> = Schema extends z.ZodMiniType ? z.output<Schema> : undefined;

interface BaseContext<E extends Endpoint> {
  readonly params: Parsed<E["params"]>;
  readonly query: Parsed<E["query"]>;
  readonly body: Parsed<E["body"]>;
  readonly origin: RequestOrigin;
  /** Of texts in the response: what the request asks for, else the account's. Null without either. */
  readonly language: Language | null;
  /** The token in the session's cookie, whether it is still valid or not. */
  readonly sessionToken: string | null;
  /** The token in the cookie of a sign-in that waits for the second factor, whether it is still valid or not. */
  readonly challengeToken: string | null;
  /** What sign-in and set-up throttles count by. */
  readonly throttleSource: ThrottleSource;
  /** The version in `If-Match`; null only where none is needed, `noVersion` for a value that we never sent. */
  readonly ifMatch: RowVersion | null;
  readonly idempotency: Idempotency | null;
  /** `Last-Event-ID` of a reconnecting event stream; null without one. */
  readonly lastEventId: string | null;
  /** Aborts when the client disconnects. */
  readonly signal: AbortSignal;
}

/** What a handler gets: the validated request, and the caller as far as the policy guarantees it. */
type Context<E extends Endpoint, P extends Policy> = BaseContext<E> &
  (P extends { public: string }
    ? { readonly session: AccountActor | null }
    : P extends { account: true }
      ? { readonly account: AccountActor }
      : P extends { operator: true }
        ? unknown
        : {
            readonly actor: AuthenticatedActor;
            /**
             * Authenticates and authorizes the caller again, for a response that takes long. Throws like the request
             * itself would.
             */
            readonly reauthenticate: () => Promise<AuthenticatedActor>;
          });

type ResponseBody<E extends Endpoint> = E["success"]["body"] extends z.ZodMiniType
  ? z.input<E["success"]["body"]>
  : undefined;

/** What is known of a request before its caller is authenticated. */
interface EarlyContext<E extends Endpoint, Expected> {
  readonly params: Parsed<E["params"]>;
  readonly query: Parsed<E["query"]>;
  readonly caller: Expected;
}

type ExpectedBy<P extends Policy> = P extends { account: true } ? ExpectedAccount : ExpectedCaller;

type Handle<E extends Endpoint, C> = (context: C) => Promise<Result<ResponseBody<E>>>;

/** Registers endpoints with their policies and handlers. */
export interface Route {
  <const E extends Endpoint, const P extends Policy>(
    endpoint: E,
    policy: P,
    handle: Handle<E, Context<E, P>>,
  ): void;
  /**
   * The same for a handler that gets what was read in the message of the authentication as `ahead`. It is null if `readAhead` returned null or
   * failed, and whenever the handler has to read it itself.
   */
  <const E extends Endpoint, const P extends Policy, Read>(
    endpoint: E,
    policy: P,
    readAhead: (early: EarlyContext<E, ExpectedBy<P>>) => Ahead<Read> | null,
    handle: Handle<E, Context<E, P> & { readonly ahead: Read | null }>,
  ): void;
}

/** Creates `route` for an application. Endpoints live below `/api/v1`. */
export function createRoute(app: FastifyInstance, deps: Deps): Route {
  return <E extends Endpoint>(
    endpoint: E,
    policy: Policy,
    ...functions:
      | readonly [Handle<E, never>]
      | readonly [(early: EarlyContext<E, never>) => Ahead<unknown> | null, Handle<E, never>]
  ) => {
    const [readAhead, handle] = functions.length === 1 ? [undefined, functions[0]] : functions;
    app.route({
      method: endpoint.method,
      url: `/api/v1${endpoint.path}`,
      config: { policy, endpoint },
      ...(endpoint.bodyLimit === undefined ? {} : { bodyLimit: endpoint.bodyLimit }),
      ...(endpoint.compressed === true ? { onSend: compressResponse } : {}),
      schema: toRouteSchema(endpoint),
      onRequest: async (request) => {
        const ahead = readAhead === undefined ? undefined : toReadAhead(endpoint, request, readAhead);
        const read = ahead === undefined ? {} : "account" in policy ? { aheadOfAccount: ahead } : { ahead };
        request.caller = await authenticate(deps, request, policy, read);
        authorize(request.caller); // separate, so that the log knows who was denied
      },
      preValidation: async (request) => {
        rejectInvalidQuery(request.url);
        rejectPrototypeMembers(request.body);
      },
      onError: async (request, _reply, error) => logDeniedRequest(deps, endpoint, request, error),
      handler: async (request, reply) => {
        const reauthenticate = async () => {
          const caller = await authenticate(deps, request, policy);
          authorize(caller);
          return caller.actor;
        };
        const context = {
          ...createContext(deps.config, endpoint, request),
          signal: createAbortSignal(reply),
          reauthenticate,
        };
        // The policy decides which of session, account and actor a handler gets: TypeScript can't infer that here.
        const result = await handle(context as never);
        return sendResult(deps, { endpoint, request, reply, reauthenticate }, result);
      },
    });
  };
}

/**
 * Params and query are validated here, because the request isn't yet. What is wrong with them is said after the authentication, and not
 * here.
 */
function toReadAhead<E extends Endpoint>(
  { params, query }: E,
  request: FastifyRequest,
  readAhead: (early: EarlyContext<E, never>) => Ahead<unknown> | null,
): ReadAhead<ExpectedCaller | ExpectedAccount> {
  return (caller) => {
    const parsed = [params?.safeParse(request.params), query?.safeParse(request.query)] as const;
    if (parsed.some((one) => one?.success === false)) return null;
    const [found, filter] = parsed.map((one) => one?.data);
    try {
      return readAhead({ params: found, query: filter, caller } as EarlyContext<E, never>);
    } catch (error) {
      if (error instanceof ApiError) return null;
      throw error;
    }
  };
}

function createContext(config: Config, endpoint: Endpoint, request: FastifyRequest) {
  if (endpoint.body === undefined) rejectBody(request.body);
  return {
    params: request.params,
    query: request.query,
    body: request.body,
    origin: readOrigin(request),
    language: readLanguage(request) ?? request.caller?.session?.language ?? null,
    sessionToken: readSessionCookie(config, request),
    challengeToken: readChallengeCookie(config, request),
    throttleSource: { network: request.client.network, devices: readDeviceCookie(config, request) },
    ifMatch: readIfMatch(endpoint, request),
    idempotency: endpoint.idempotent === true ? readIdempotencyKey(request) : null,
    lastEventId: readLastEventId(request),
    session: request.caller?.session ?? null,
    account: request.caller?.session ?? null,
    actor: request.caller?.actor ?? null,
    ahead: request.caller?.ahead ?? null,
  };
}

function createAbortSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  if (reply.raw.destroyed) controller.abort();
  else reply.raw.once("close", () => controller.abort());
  return controller.signal;
}

/** A body where none is read would be ignored silently. */
function rejectBody(body: unknown): void {
  if (body === undefined || body === null) return;
  if (typeof body === "object" && !Array.isArray(body) && Object.keys(body).length === 0) return;
  throw new ApiError("request/invalid", { detail: "This request takes no body. Send it without one." });
}

function toRouteSchema({ params, query, body, success }: Endpoint) {
  return {
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { querystring: query }),
    ...(body === undefined ? {} : { body }),
    ...(success.body === null
      ? {}
      : {
          response: {
            [success.status]: success.body,
            ...(success.existingStatus === undefined ? {} : { [success.existingStatus]: success.body }),
          },
        }),
  };
}
