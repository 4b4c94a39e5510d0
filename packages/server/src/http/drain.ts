/** A server that is told to stop lets whoever distributes requests notice it before it stops listening. */
import type { FastifyInstance } from "fastify";

/** The time between being told to stop and no longer listening. */
interface Drain {
  /**
   * From now on `/readyz` is 503 and every answer ends its connection. Resolves when those who ask `/readyz` have had the time to
   * send requests elsewhere; at once when nobody does.
   */
  readonly begin: () => Promise<void>;
  readonly hasBegun: () => boolean;
  /** Somebody asked whether the server is ready. */
  readonly noteQuestion: () => void;
}

declare module "fastify" {
  interface FastifyInstance {
    readonly drain: Drain;
  }
}

/** Milliseconds. Requests are still served for so long. */
const grace = 3_000;
/** Milliseconds. Whoever distributes requests asks at least this often. */
const askedWithin = 60_000;

/** Gives an application its `drain`. Register it before the routes. */
export function registerDrain(app: FastifyInstance): void {
  let hasBegun = false;
  let askedAt = Number.NEGATIVE_INFINITY;
  const drain: Drain = {
    begin: async () => {
      hasBegun = true;
      if (performance.now() - askedAt < askedWithin)
        await new Promise((resolve) => setTimeout(resolve, grace));
    },
    hasBegun: () => hasBegun,
    noteQuestion: () => {
      askedAt = performance.now();
    },
  };
  app.decorate("drain", drain);
  app.addHook("onSend", async (_request, reply, payload) => {
    if (hasBegun) reply.header("connection", "close");
    return payload;
  });
}
