/** Health endpoints: liveness and readiness. */
import { setTimeout as wait } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../deps.ts";
import { ApiError } from "../errors/api-error.ts";
import { getWorkerState, type OutboxState, watchOutboxState } from "../jobs/outbox.ts";

/** A database that hasn't answered after this many milliseconds is not ready. */
const pingTimeout = 1_500;

/** Time limit for the additional details of readiness. Milliseconds. */
const healthTimeout = 300;

/** Registers `/livez` and `/readyz`. */
export function registerHealth(app: FastifyInstance, deps: Pick<Deps, "db">): void {
  const readState = watchOutboxState(deps.db);
  const open = (why: string) => ({ schema: { hide: true }, config: { policy: { public: why } } });
  app.get("/livez", open("it says nothing but that the process runs"), async () => {
    if (!deps.db.isAlive())
      throw new ApiError("unavailable", {
        detail: "The embedded database doesn't answer. Restart this process if it stays so.",
        retryAfter: 10,
      });
    return { status: "alive" };
  });
  app.get("/readyz", open("load balancers probe it"), async () => {
    app.drain.noteLoadBalancer();
    if (app.drain.hasBegun())
      throw new ApiError("unavailable", { detail: "The server is stopping.", retryAfter: 2 });
    const answer = await withTimeout(deps.db.ping());
    if (answer === null)
      throw new ApiError("unavailable", { detail: "The database doesn't answer.", retryAfter: 2 });
    if (answer.isReadOnly)
      throw new ApiError("unavailable", {
        detail: "The database is read-only: changes are not possible. Pages and access checks work.",
        retryAfter: 2,
        params: { database: "read-only" },
      });
    return { status: "ready", outbox: toOutboxView(await withTimeout(readState(), healthTimeout)) };
  });
}

/** In whole seconds. A server without a worker is still ready: it responds, and emails wait. */
function toOutboxView(state: OutboxState | null) {
  if (state === null) return null;
  const { workerSeenSecondsAgo, dueJobs, oldestDueSeconds } = state;
  return {
    worker: getWorkerState(state),
    workerSeenSecondsAgo: workerSeenSecondsAgo === null ? null : Math.round(workerSeenSecondsAgo),
    dueJobs,
    oldestDueSeconds: Math.round(oldestDueSeconds),
  };
}

/** The result of `answering`; null when it fails or takes too long. */
async function withTimeout<T>(work: Promise<T>, timeoutMs = pingTimeout): Promise<T | null> {
  const timer = new AbortController();
  const settled = work.catch(() => null);
  const timedOut = wait(timeoutMs, null, { signal: timer.signal }).catch(() => null);
  const result = await Promise.race([settled, timedOut]);
  timer.abort();
  return result;
}
