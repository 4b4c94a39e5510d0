/** Fastify: `app.get("/campaigns", gatehouse.fastify.require("campaigns:view"), handler)`. */
import { type GatehouseUser, type Judge, problemType } from "../guard.ts";
import type { RequestLike } from "../session-token.ts";
import type { SignIn } from "../sign-in.ts";
import { answerSignIn, type NodeRequest, noteUser, userOf } from "./node.ts";

/** As much of Fastify's reply as is used here. */
interface FastifyReplyLike {
  status(code: number): FastifyReplyLike;
  type(contentType: string): FastifyReplyLike;
  header(name: string, value: unknown): FastifyReplyLike;
  send(payload: string): unknown;
}

/** Options for a route of Fastify's. */
export interface FastifyGuard {
  readonly preHandler: (request: RequestLike, reply: FastifyReplyLike) => Promise<unknown>;
}

/** Guards for Fastify. */
export interface FastifyAdapter<P extends string> {
  /** Options for a route that needs the permission. `userOf` says whom it let through. */
  readonly require: (permission: P) => FastifyGuard;
  /**
   * Who sent a request that a guard of ours let through. Also on the request, as `gatehouseUser`.
   * @throws Error on a route without a guard
   */
  readonly userOf: (request: object) => GatehouseUser;
  /** A hook that signs people in and out below `/gatehouse/`: `app.addHook("onRequest", gatehouse.fastify.signIn)`. */
  readonly signIn: (
    request: { readonly method: string; readonly url: string; readonly headers: NodeRequest["headers"] },
    reply: FastifyReplyLike,
  ) => Promise<unknown>;
}

/** Makes the adapter. */
export function createFastifyAdapter<P extends string>(
  judge: Judge<P>,
  assertKnown: (permission: P) => void,
  signIn: SignIn,
): FastifyAdapter<P> {
  return {
    userOf,
    signIn: async (request, reply) => {
      const answer = await answerSignIn(signIn, request);
      if (answer === null) return undefined;
      for (const [name, value] of answer.headers) reply.header(name, value);
      return reply.status(answer.status).send(answer.body);
    },
    require: (permission) => {
      assertKnown(permission);
      return {
        preHandler: async (request, reply) => {
          const { user, denial } = await judge(request, permission);
          if (denial !== null)
            return reply.status(denial.status).type(problemType).send(JSON.stringify(denial.problem));
          noteUser(request, user);
          return undefined;
        },
      };
    },
  };
}
