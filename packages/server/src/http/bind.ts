/** Binds an endpoint of the contract to a use case: who may call it, what it gets, how its answer is sent. */
import { Readable } from "node:stream";
import { type OwnPermission, ownCatalogue } from "@gatehouse/access";
import { type Endpoint, problem } from "@gatehouse/sdk/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import * as z from "zod/mini";
import type { Deps } from "../deps.ts";
import type { AccountActor, Actor, RequestOrigin } from "./actor.ts";
import { authenticateIn, findAccount, originOf, readBearer, signInFirst } from "./authenticate.ts";
import { checkOrigin } from "./check-origin.ts";
import { clearSessionCookie, type OpenedSession, readSessionCookie, setSessionCookie } from "./cookies.ts";
import type { Idempotency } from "./idempotency.ts";
import { notFound } from "./refusal.ts";
import { idempotencyOf, ifMatchOf } from "./request-headers.ts";
import { requireAnyPermission } from "./require.ts";

/** Who may call an endpoint. Every endpoint needs one; without it the server doesn't start. */
export type Policy =
  /** Anybody, and why. `opensSession` where the answer sets the session cookie. */
  | { readonly public: string; readonly opensSession?: boolean }
  /** Whoever is signed in. */
  | { readonly account: true }
  /** Any active user or key of the organization in the path. */
  | { readonly member: true }
  /** Whoever holds the permission there. */
  | { readonly permission: OwnPermission }
  /** Whoever holds one of them there; the use case checks the rest. */
  | { readonly anyOf: readonly OwnPermission[] };

type Parsed<Schema> = Schema extends z.ZodMiniType ? z.output<Schema> : undefined;

interface BaseContext<E extends Endpoint> {
  readonly params: Parsed<E["params"]>;
  readonly query: Parsed<E["query"]>;
  readonly body: Parsed<E["body"]>;
  readonly origin: RequestOrigin;
  /** The version in `If-Match`; null only where none is needed. -1 for one that no version has. */
  readonly ifMatch: number | null;
  readonly idempotency: Idempotency | null;
}

/** What a handler gets: the checked request, and whoever asks as far as the policy promises it. */
export type Context<E extends Endpoint, P extends Policy> = BaseContext<E> &
  (P extends { public: string }
    ? { readonly session: AccountActor | null }
    : P extends { account: true }
      ? { readonly account: AccountActor }
      : { readonly actor: Actor });

type BodyOf<E extends Endpoint> = E["success"]["body"] extends z.ZodMiniType
  ? z.input<E["success"]["body"]>
  : undefined;

/** What a handler answers. */
export interface Result<Body> {
  readonly body?: Body;
  /** Defaults to the endpoint's status of success. */
  readonly status?: number;
  /** Becomes the `ETag`. */
  readonly version?: number;
  readonly session?: OpenedSession;
  readonly clearSession?: boolean;
  readonly stream?: {
    readonly contentType: string;
    readonly filename: string;
    readonly chunks: AsyncIterable<string>;
  };
}

/** Binds one endpoint. */
export type Bind = <const E extends Endpoint, const P extends Policy>(
  endpoint: E,
  policy: P,
  handle: (context: Context<E, P>) => Promise<Result<BodyOf<E>>>,
) => void;

interface Asker {
  readonly session: AccountActor | null;
  readonly actor: Actor | null;
}

/** Makes `bind` for an application. Endpoints live below `/api/v1`. */
export function createBind(app: FastifyInstance, deps: Deps): Bind {
  const askers = new WeakMap<FastifyRequest, Asker>();
  return (endpoint, policy, handle) => {
    checkPolicy(endpoint, policy);
    app.route({
      method: endpoint.method,
      url: `/api/v1${endpoint.path}`,
      ...(endpoint.operationId === "sendInvitations" ? { bodyLimit: 2 * 1024 * 1024 } : {}),
      schema: schemaOf(endpoint, policy),
      onRequest: async (request) => {
        askers.set(request, await identify(deps, request, policy));
      },
      handler: async (request, reply) => {
        const asker = askers.get(request) ?? { session: null, actor: null };
        const context = contextOf(endpoint, request, asker);
        // The policy decides which of session, account and actor a handler may read: TypeScript can't follow that here.
        const result = await handle(context as unknown as Parameters<typeof handle>[0]);
        return send(deps, endpoint, request, reply, result);
      },
    });
  };
}

/** A policy that names a permission which doesn't exist would let nobody in, or a forgotten one everybody. */
function checkPolicy(endpoint: Endpoint, policy: Policy | undefined): void {
  const name = `${endpoint.method} ${endpoint.path}`;
  if (policy === undefined || Object.keys(policy).length === 0)
    throw new Error(`${name} has no policy. Say which permission it needs, or why it is public.`);
  const permissions = "permission" in policy ? [policy.permission] : "anyOf" in policy ? policy.anyOf : null;
  if (permissions?.length === 0) throw new Error(`${name} asks for one of no permissions.`);
  const unknown = permissions?.find((permission) => !ownCatalogue.positions.has(permission));
  if (unknown !== undefined) throw new Error(`${name} asks for the unknown permission ${unknown}.`);
  if ("public" in policy && policy.public === "") throw new Error(`${name} is public without a reason.`);
}

async function identify(deps: Deps, request: FastifyRequest, policy: Policy): Promise<Asker> {
  const isPublic = "public" in policy;
  const usesCookie = readBearer(request) === null && readSessionCookie(deps.config, request) !== null;
  checkOrigin(deps.config, request, usesCookie || (isPublic && policy.opensSession === true));
  if (isPublic) return { session: await findAccount(deps, request), actor: null };
  if ("account" in policy) {
    const session = await findAccount(deps, request);
    if (session === null) throw signInFirst();
    return { session, actor: null };
  }
  const actor = await authenticateIn(deps, request, organizationIn(request));
  if ("permission" in policy) requireAnyPermission(actor, [policy.permission]);
  if ("anyOf" in policy) requireAnyPermission(actor, policy.anyOf);
  return { session: null, actor };
}

function organizationIn(request: FastifyRequest): string {
  const parsed = z.safeParse(z.object({ organizationId: z.uuid() }), request.params);
  if (!parsed.success) throw notFound();
  return parsed.data.organizationId.toLowerCase();
}

function contextOf(endpoint: Endpoint, request: FastifyRequest, { session, actor }: Asker) {
  return {
    params: request.params,
    query: request.query,
    body: request.body,
    origin: originOf(request),
    ifMatch: ifMatchOf(endpoint, request),
    idempotency: endpoint.idempotent === true ? idempotencyOf(request) : null,
    session,
    account: session,
    actor,
  };
}

function send(
  deps: Deps,
  endpoint: Endpoint,
  request: FastifyRequest,
  reply: FastifyReply,
  result: Result<unknown>,
) {
  if (result.session !== undefined) setSessionCookie(deps.config, reply, result.session);
  if (result.clearSession === true) clearSessionCookie(deps.config, reply);
  if (result.version !== undefined) reply.header("etag", `"${result.version}"`);
  if (result.stream !== undefined) {
    const { contentType, filename, chunks } = result.stream;
    reply.type(contentType).header("content-disposition", `attachment; filename="${filename}"`);
    const stream = Readable.from(chunks);
    stream.on("error", (error) => request.log.error({ err: error }, "An export broke off."));
    return reply.send(stream);
  }
  return reply.status(result.status ?? endpoint.success.status).send(result.body);
}

function schemaOf(endpoint: Endpoint, policy: Policy) {
  const { status, body } = endpoint.success;
  return {
    operationId: endpoint.operationId,
    summary: endpoint.summary,
    description: describe(policy),
    tags: [endpoint.tag],
    ...("public" in policy ? { security: [] } : {}),
    ...(endpoint.params === undefined ? {} : { params: endpoint.params }),
    ...(endpoint.query === undefined ? {} : { querystring: endpoint.query }),
    ...(endpoint.body === undefined ? {} : { body: endpoint.body }),
    response: { ...(body === null ? {} : { [status]: body }), "4xx": problem, "5xx": problem },
  };
}

function describe(policy: Policy): string {
  if ("public" in policy) return `Open to everybody: ${policy.public}.`;
  if ("account" in policy) return "Needs a session.";
  if ("member" in policy) return "Needs to be a user of the organization, or one of its API keys.";
  return `Needs ${"permission" in policy ? policy.permission : policy.anyOf.join(" or ")}.`;
}
