/** Binds an endpoint of the contract to a use case: who may call it, what it gets, how its answer is sent. */
import { Readable } from "node:stream";
import type { Endpoint } from "@gatehouse/sdk/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type * as z from "zod/mini";
import type { Config } from "../config.ts";
import type { RowVersion } from "../database/row-version.ts";
import type { Deps } from "../deps.ts";
import type { AccountActor, AuthenticatedActor, Caller, RequestOrigin } from "./actor.ts";
import { admit, identify } from "./asker.ts";
import { originOf } from "./authenticate.ts";
import "./client-address.ts"; // the type of request.client
import { compressAnswer } from "./compress-answer.ts";
import {
  clearSessionCookie,
  type OpenedSession,
  readDeviceCookie,
  setDeviceCookie,
  setSessionCookie,
} from "./cookies.ts";
import type { Idempotency } from "./idempotency.ts";
import { noteRefusal } from "./note-refusal.ts";
import type { Policy } from "./policy.ts";
import { refuseUnreadableQuery } from "./read-query.ts";
import { Refusal } from "./refusal.ts";
import { refusePrototypeMembers } from "./refuse-prototype-members.ts";
import { idempotencyOf, ifMatchOf, lastEventIdOf } from "./request-headers.ts";

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
  /** What tells the tries of one caller from those of others. */
  readonly caller: Caller;
  /** The version in `If-Match`; null only where none is needed. `noVersion` for what we never gave. */
  readonly ifMatch: RowVersion | null;
  readonly idempotency: Idempotency | null;
  /** The last event of a stream that was broken off, as a browser sends it when it begins anew; null without one. */
  readonly lastEventId: string | null;
  /** Aborts when whoever asked has gone. */
  readonly gone: AbortSignal;
}

/** What a handler gets: the checked request, and whoever asks as far as the policy promises it. */
type Context<E extends Endpoint, P extends Policy> = BaseContext<E> &
  (P extends { public: string }
    ? { readonly session: AccountActor | null }
    : P extends { account: true }
      ? { readonly account: AccountActor }
      : {
          readonly actor: AuthenticatedActor;
          /** Who asks and what they may do by now, for an answer that takes long. Throws like the request itself would. */
          readonly again: () => Promise<AuthenticatedActor>;
        });

type BodyOf<E extends Endpoint> = E["success"]["body"] extends z.ZodMiniType
  ? z.input<E["success"]["body"]>
  : undefined;

/** What a handler answers. */
interface Result<Body> {
  readonly body?: Body;
  /** Defaults to the endpoint's status of success. */
  readonly status?: number;
  /** Becomes the `ETag`. */
  readonly version?: RowVersion;
  readonly session?: OpenedSession;
  /** The new device cookie, where somebody proved who they are. */
  readonly devices?: string;
  readonly clearSession?: boolean;
  readonly stream?: {
    readonly contentType: string;
    /** Of a file to be kept; none where the answer is read while it comes. */
    readonly filename?: string;
    /** Of a file each one is sent only while the request would still be admitted. */
    readonly chunks: AsyncIterable<string>;
  };
}

/** Binds one endpoint. */
export type Bind = <const E extends Endpoint, const P extends Policy>(
  endpoint: E,
  policy: P,
  handle: (context: Context<E, P>) => Promise<Result<BodyOf<E>>>,
) => void;

/** Makes `bind` for an application. Endpoints live below `/api/v1`. */
export function createBind(app: FastifyInstance, deps: Deps): Bind {
  return (endpoint, policy, handle) => {
    app.route({
      method: endpoint.method,
      url: `/api/v1${endpoint.path}`,
      config: { policy, endpoint },
      ...(endpoint.bodyLimit === undefined ? {} : { bodyLimit: endpoint.bodyLimit }),
      ...(endpoint.compressed === true ? { onSend: compressAnswer } : {}),
      schema: schemaOf(endpoint),
      onRequest: async (request) => {
        request.asker = await identify(deps, request, policy);
        admit(request.asker); // apart, so that the log knows whom it was refused
      },
      preValidation: async (request) => {
        refuseUnreadableQuery(request.url);
        refusePrototypeMembers(request.body);
      },
      onError: async (request, _reply, error) => noteRefusal(deps, endpoint, request, error),
      handler: async (request, reply) => {
        const again = async () => {
          const asker = await identify(deps, request, policy);
          admit(asker);
          return asker.actor;
        };
        const context = { ...contextOf(deps.config, endpoint, request), gone: whenGone(reply), again };
        // The policy decides which of session, account and actor a handler may read: TypeScript can't follow that here.
        const result = await handle(context as unknown as Parameters<typeof handle>[0]);
        return send(deps, { endpoint, request, reply, again }, result);
      },
    });
  };
}

function contextOf(config: Config, endpoint: Endpoint, request: FastifyRequest) {
  if (endpoint.body === undefined) refuseBody(request.body);
  return {
    params: request.params,
    query: request.query,
    body: request.body,
    origin: originOf(request),
    caller: { network: request.client.network, devices: readDeviceCookie(config, request) },
    ifMatch: ifMatchOf(endpoint, request),
    idempotency: endpoint.idempotent === true ? idempotencyOf(request) : null,
    lastEventId: lastEventIdOf(request),
    session: request.asker?.session ?? null,
    account: request.asker?.session ?? null,
    actor: request.asker?.actor ?? null,
  };
}

function whenGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  if (reply.raw.destroyed) gone.abort();
  else reply.raw.once("close", () => gone.abort());
  return gone.signal;
}

/** Where no body is read, one that says something would be ignored without a word. */
function refuseBody(body: unknown): void {
  if (body === undefined || body === null) return;
  if (typeof body === "object" && !Array.isArray(body) && Object.keys(body).length === 0) return;
  throw new Refusal("request/invalid", { detail: "This request takes no body. Send it without one." });
}

/** A request whose answer is sent. */
interface Exchange {
  readonly endpoint: Endpoint;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly again: () => Promise<unknown>;
}

function send(deps: Deps, { endpoint, request, reply, again }: Exchange, result: Result<unknown>) {
  if (result.session !== undefined) setSessionCookie(deps.config, reply, result.session);
  if (result.devices !== undefined) setDeviceCookie(deps.config, reply, result.devices);
  if (result.clearSession === true) clearSessionCookie(deps.config, reply);
  if (result.version !== undefined) reply.header("etag", `"${result.version}"`);
  if (result.stream !== undefined) {
    const { contentType, filename, chunks } = result.stream;
    reply.type(contentType);
    if (filename === undefined) sendAsItComes(reply);
    else reply.header("content-disposition", `attachment; filename="${filename}"`);
    const stream = Readable.from(filename === undefined ? chunks : whileAdmitted(chunks, again));
    stream.on("error", (error) => {
      if (error instanceof Refusal)
        request.log.info({ code: error.code }, "An answer broke off: its reader may no longer have it.");
      else request.log.error({ err: error }, "An answer broke off.");
    });
    return reply.send(stream);
  }
  return reply.status(result.status ?? endpoint.success.status).send(result.body);
}

/**
 * The chunks of a file for as long as the request itself would still be admitted: it may be read for hours. The error breaks
 * off the connection, so that nobody takes what was sent for the whole file. Each chunk is checked after it was read from the
 * database and before it is sent. A stream that is read as it comes checks itself, as what it tells depends on the rights.
 */
async function* whileAdmitted(
  chunks: AsyncIterable<string>,
  again: () => Promise<unknown>,
): AsyncGenerator<string, void, undefined> {
  let isFirst = true;
  for await (const chunk of chunks) {
    if (!isFirst) await again();
    isFirst = false;
    yield chunk;
  }
}

/** No proxy waits until its buffer is full, and a server that stops doesn't wait for the next request on the connection. */
function sendAsItComes(reply: FastifyReply): void {
  reply.header("x-accel-buffering", "no").header("connection", "close");
}

function schemaOf({ params, query, body, success }: Endpoint) {
  return {
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { querystring: query }),
    ...(body === undefined ? {} : { body }),
    ...(success.body === null ? {} : { response: { [success.status]: success.body } }),
  };
}
