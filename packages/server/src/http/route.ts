/** Registers an endpoint of the contract: who may call it, what its handler gets, how its response is sent. */
import { Readable } from "node:stream";
import type { Endpoint, Language } from "@gatehouse/sdk/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type * as z from "zod/mini";
import type { AccountActor, AuthenticatedActor, RequestOrigin, ThrottleSource } from "../auth/actor.ts";
import { authenticate, authorize, readOrigin } from "../auth/authenticate-request.ts";
import type { Config } from "../config.ts";
import type { RowVersion } from "../db/row-version.ts";
import type { Deps } from "../deps.ts";
import "../auth/client-address.ts"; // the type of request.client
import {
  clearSessionCookie,
  type OpenedSession,
  readChallengeCookie,
  readDeviceCookie,
  readSessionCookie,
  setChallengeCookie,
  setDeviceCookie,
  setSessionCookie,
} from "../auth/cookies.ts";
import type { Policy } from "../auth/policy.ts";
import { readLanguage } from "../auth/request-language.ts";
import { ApiError } from "../errors/api-error.ts";
import { compressResponse } from "./compression.ts";
import { readIdempotencyKey, readIfMatch, readLastEventId } from "./headers.ts";
import type { Idempotency } from "./idempotency.ts";
import { rejectPrototypeMembers } from "./json-body.ts";
import { logDeniedRequest } from "./logging.ts";
import { rejectInvalidQuery } from "./query.ts";

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

/** What a handler returns. */
interface Result<Body> {
  readonly body?: Body;
  /** Defaults to the endpoint's success status. */
  readonly status?: number;
  /** Sent as the `ETag`. */
  readonly version?: RowVersion;
  /** Its cookie replaces that of a sign-in in progress. */
  readonly session?: OpenedSession;
  /** A sign-in that waits for the second factor. */
  readonly challenge?: OpenedSession;
  /** The new device cookie, after a successful sign-in. */
  readonly devices?: string;
  readonly clearSession?: boolean;
  readonly stream?: {
    readonly contentType: string;
    /** The name of a download; absent for a stream that is read as it arrives. */
    readonly filename?: string;
    /** Each chunk of a download is sent only while the caller is still authorized. */
    readonly chunks: AsyncIterable<string>;
  };
}

/** Registers one endpoint with its policy and handler. */
export type Route = <const E extends Endpoint, const P extends Policy>(
  endpoint: E,
  policy: P,
  handle: (context: Context<E, P>) => Promise<Result<ResponseBody<E>>>,
) => void;

/** Creates `route` for an application. Endpoints live below `/api/v1`. */
export function createRoute(app: FastifyInstance, deps: Deps): Route {
  return (endpoint, policy, handle) => {
    app.route({
      method: endpoint.method,
      url: `/api/v1${endpoint.path}`,
      config: { policy, endpoint },
      ...(endpoint.bodyLimit === undefined ? {} : { bodyLimit: endpoint.bodyLimit }),
      ...(endpoint.compressed === true ? { onSend: compressResponse } : {}),
      schema: toRouteSchema(endpoint),
      onRequest: async (request) => {
        request.caller = await authenticate(deps, request, policy);
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
        const result = await handle(context as unknown as Parameters<typeof handle>[0]);
        return send(deps, { endpoint, request, reply, reauthenticate }, result);
      },
    });
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

/** A request whose response is sent. */
interface Exchange {
  readonly endpoint: Endpoint;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly reauthenticate: () => Promise<unknown>;
}

function send(deps: Deps, { endpoint, request, reply, reauthenticate }: Exchange, result: Result<unknown>) {
  if (result.session !== undefined) {
    setSessionCookie(deps.config, reply, result.session);
    if (readChallengeCookie(deps.config, request) !== null) setChallengeCookie(deps.config, reply, null);
  }
  if (result.challenge !== undefined) setChallengeCookie(deps.config, reply, result.challenge);
  if (result.devices !== undefined) setDeviceCookie(deps.config, reply, result.devices);
  if (result.clearSession === true) clearSessionCookie(deps.config, reply);
  if (endpoint.localized === true) reply.header("vary", "Accept-Language");
  if (result.version !== undefined) reply.header("etag", `"${result.version}"`);
  if (result.stream !== undefined) {
    const { contentType, filename, chunks } = result.stream;
    reply.type(contentType);
    if (filename === undefined) disableBuffering(reply);
    else reply.header("content-disposition", `attachment; filename="${filename}"`);
    const stream = Readable.from(filename === undefined ? chunks : whileAuthorized(chunks, reauthenticate));
    stream.on("error", (error) => {
      if (error instanceof ApiError)
        request.log.info({ code: error.code }, "A download was aborted: its caller is no longer authorized.");
      else request.log.error({ err: error }, "A streamed response failed.");
    });
    return reply.send(stream);
  }
  return reply.status(result.status ?? endpoint.success.status).send(result.body);
}

/**
 * The chunks of a download while the caller is still authorized: it may take hours. The error closes the connection,
 * so that nobody takes a partial file for the whole. Each chunk is checked after it was read from the database and
 * before it is sent. An event stream checks itself, because its content depends on the permissions.
 */
async function* whileAuthorized(
  chunks: AsyncIterable<string>,
  reauthenticate: () => Promise<unknown>,
): AsyncGenerator<string, void, undefined> {
  let isFirst = true;
  for await (const chunk of chunks) {
    if (!isFirst) await reauthenticate();
    isFirst = false;
    yield chunk;
  }
}

/**
 * Turns off proxy buffering, and keep-alive, so that a stopping server doesn't wait for another request on the
 * connection.
 */
function disableBuffering(reply: FastifyReply): void {
  reply.header("x-accel-buffering", "no").header("connection", "close");
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
