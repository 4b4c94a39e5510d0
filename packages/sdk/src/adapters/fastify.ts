/** Fastify: `app.get("/campaigns", gatehouse.fastify.require("campaigns:view"), handler)`. */
import { type GatehouseUser, type Judge, problemType } from "../guard.ts";
import type { RequestLike } from "../session-token.ts";

/** As much of Fastify's reply as is used here. */
interface FastifyReplyLike {
  status(code: number): FastifyReplyLike;
  type(contentType: string): FastifyReplyLike;
  send(payload: string): unknown;
}

/** Options for a route of Fastify's. */
export interface FastifyGuard {
  readonly preHandler: (request: RequestLike, reply: FastifyReplyLike) => Promise<unknown>;
}

/** Guards for Fastify. */
export interface FastifyAdapter<P extends string> {
  /** Options for a route that needs the permission. The user is on the request as `gatehouseUser`. */
  readonly require: (permission: P) => FastifyGuard;
}

/** Makes the adapter. */
export function createFastifyAdapter<P extends string>(
  judge: Judge<P>,
  assertKnown: (permission: P) => void,
): FastifyAdapter<P> {
  return {
    require: (permission) => {
      assertKnown(permission);
      return {
        preHandler: async (request, reply) => {
          const { user, denial } = await judge(request, permission);
          if (denial !== null)
            return reply.status(denial.status).type(problemType).send(JSON.stringify(denial.problem));
          (request as { gatehouseUser?: GatehouseUser }).gatehouseUser = user;
          return undefined;
        },
      };
    },
  };
}
