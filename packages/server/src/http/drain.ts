/** Connection draining: a server that stops keeps serving until load balancers have noticed. */
import { Server } from "node:net";
import type { FastifyInstance } from "fastify";

/** The time between the stop signal and no longer listening. */
interface Drain {
  /**
   * From now on `/readyz` is 503 and every response closes its connection. Resolves after the grace period, when the server
   * doesn't listen any more; at once when nothing probes `/readyz` and no request came through a proxy.
   */
  readonly begin: () => Promise<void>;
  readonly hasBegun: () => boolean;
  /** Records a probe of `/readyz`, or a request that came through a proxy. */
  readonly noteLoadBalancer: () => void;
}

declare module "fastify" {
  interface FastifyInstance {
    readonly drain: Drain;
  }
}

/**
 * Milliseconds for which new connections are still accepted. A proxy keeps connections open and doesn't send a request again that may
 * have been processed, so each of them has to end with a response.
 */
const gracePeriod = 2_250;
/** Milliseconds for requests on connections that were accepted last. */
const lastRequestsPeriod = 750;
/** Milliseconds. Load balancers probe, or pass a request on, at least this often. */
const probeInterval = 60_000;

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Milliseconds. In a longer turn of the event loop, connections may have arrived since the last one was accepted. */
const shortTurn = 0.5;
const maxTurns = 1_000;

/**
 * Stops listening after a short turn of the event loop in which no connection arrived: the operating system resets those that wait to be
 * accepted, and a proxy doesn't send their requests again.
 */
async function stopListening(server: Server): Promise<void> {
  let hasAccepted = false;
  const note = () => {
    hasAccepted = true;
  };
  server.on("connection", note);
  for (let turn = 0; turn < maxTurns; turn += 1) {
    hasAccepted = false;
    const startedAt = performance.now();
    await new Promise((resolve) => setImmediate(resolve)); // right after a waiting connection was accepted
    if (!hasAccepted && performance.now() - startedAt < shortTurn) break;
  }
  server.off("connection", note);
  // The server's own close also ends idle connections, on which a request may be on its way. Fastify closes it completely.
  Server.prototype.close.call(server);
}

/** Adds `drain` to an application. Call it before the routes are registered. */
export function registerDrain(app: FastifyInstance): void {
  let hasBegun = false;
  let seenAt = Number.NEGATIVE_INFINITY;
  const drain: Drain = {
    begin: async () => {
      hasBegun = true;
      if (performance.now() - seenAt >= probeInterval) return;
      await wait(gracePeriod);
      await stopListening(app.server);
      await wait(lastRequestsPeriod);
    },
    hasBegun: () => hasBegun,
    noteLoadBalancer: () => {
      seenAt = performance.now();
    },
  };
  app.decorate("drain", drain);
  app.addHook("onRequest", async ({ headers }) => {
    if (headers["x-forwarded-for"] !== undefined) drain.noteLoadBalancer();
  });
  app.addHook("onSend", async (_request, reply, payload) => {
    if (hasBegun) reply.header("connection", "close");
    return payload;
  });
}
