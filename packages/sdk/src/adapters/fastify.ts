/** Fastify: `app.get("/campaigns", gatehouse.fastify.require("campaigns:view"), handler)`. */
import { type CreateAuthorize, type GatehouseUser, problemType } from "./authorize.ts";
import { attachUser, handleSignIn, type NodeRequest, userOf } from "./node.ts";
import type { Requirement } from "./requirement.ts";
import type { RequestLike } from "./session-token.ts";
import type { SignIn } from "./sign-in.ts";

/** The used part of Fastify's reply. */
interface FastifyReplyLike {
  status(code: number): FastifyReplyLike;
  type(contentType: string): FastifyReplyLike;
  header(name: string, value: unknown): FastifyReplyLike;
  send(payload: string): unknown;
}

/** Options for a Fastify route. */
export interface FastifyGuard {
  readonly preHandler: (request: RequestLike, reply: FastifyReplyLike) => Promise<unknown>;
}

/** Guards for Fastify. */
export interface FastifyAdapter<P extends string> {
  /** Options for a route that needs a permission, `{ any: […] }` or `{ all: […] }`. `userOf` returns the authorized user. */
  readonly require: (requirement: Requirement<P>) => FastifyGuard;
  /**
   * The user of a request that a guard authorized. Also available as `request.gatehouseUser`.
   * @throws Error on a route without a guard
   */
  readonly userOf: (request: object) => GatehouseUser;
  /** A hook that signs people in and out below `/gatehouse/`: `app.addHook("onRequest", gatehouse.fastify.signIn)`. */
  readonly signIn: (
    request: { readonly method: string; readonly url: string; readonly headers: NodeRequest["headers"] },
    reply: FastifyReplyLike,
  ) => Promise<unknown>;
}

/** Creates the adapter. */
export function createFastifyAdapter<P extends string>(
  createAuthorize: CreateAuthorize<P>,
  signIn: SignIn,
): FastifyAdapter<P> {
  return {
    userOf,
    signIn: async (request, reply) => {
      const result = await handleSignIn(signIn, request);
      if (result === null) return undefined;
      for (const [name, value] of result.headers) reply.header(name, value);
      return reply.status(result.status).send(result.body);
    },
    require: (requirement) => {
      const authorize = createAuthorize(requirement);
      return {
        preHandler: async (request, reply) => {
          const { user, denial } = await authorize(request);
          if (denial !== null)
            return reply.status(denial.status).type(problemType).send(JSON.stringify(denial.problem));
          attachUser(request, user);
          return undefined;
        },
      };
    },
  };
}
