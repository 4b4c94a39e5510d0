/** Connection draining: a server that stops keeps serving until load balancers have noticed. */
import type { FastifyInstance } from "fastify";

/** The time between the stop signal and no longer listening. */
interface Drain {
  /**
   * From now on `/readyz` is 503 and every response closes its connection. Resolves after the grace period; at once
   * when nothing probes `/readyz`.
   */
  readonly begin: () => Promise<void>;
  readonly hasBegun: () => boolean;
  /** Records a probe of `/readyz`. */
  readonly noteReadinessProbe: () => void;
}

declare module "fastify" {
  interface FastifyInstance {
    readonly drain: Drain;
  }
}

/** Milliseconds for which requests are still served. */
const gracePeriod = 3_000;
/** Milliseconds. Load balancers probe at least this often. */
const probeInterval = 60_000;

/** Adds `drain` to an application. Call it before the routes are registered. */
export function registerDrain(app: FastifyInstance): void {
  let hasBegun = false;
  let probedAt = Number.NEGATIVE_INFINITY;
  const drain: Drain = {
    begin: async () => {
      hasBegun = true;
      if (performance.now() - probedAt < probeInterval)
        await new Promise((resolve) => setTimeout(resolve, gracePeriod));
    },
    hasBegun: () => hasBegun,
    noteReadinessProbe: () => {
      probedAt = performance.now();
    },
  };
  app.decorate("drain", drain);
  app.addHook("onSend", async (_request, reply, payload) => {
    if (hasBegun) reply.header("connection", "close");
    return payload;
  });
}
