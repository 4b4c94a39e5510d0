/** Health endpoints: liveness, readiness, metrics. */
import { setTimeout as wait } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import { readBearerToken } from "../auth/authenticate-request.ts";
import type { Deps } from "../deps.ts";
import { ApiError } from "../errors/api-error.ts";
import { getWorkerState, type OutboxState, readOutboxState, watchOutboxState } from "../jobs/outbox.ts";
import { equalInConstantTime } from "../ports/secrets.ts";

/** A database that hasn't answered after this many milliseconds is not ready. */
const pingTimeout = 1_500;

/** Time limit for the additional details of readiness. Milliseconds. */
const healthTimeout = 300;

/** Registers `/livez`, `/readyz` and, with a METRICS_TOKEN, `/metrics`. */
export async function registerHealth(app: FastifyInstance, deps: Pick<Deps, "db" | "config">): Promise<void> {
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
    app.drain.noteReadinessProbe();
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
  const token = deps.config.metricsToken;
  if (token === null) return;
  // Imported here because a server without metrics needn't load the library.
  const { collectMetrics } = await import("./metrics.ts");
  const renderMetrics = collectMetrics(app);
  app.get("/metrics", open("protected by METRICS_TOKEN"), async (request, reply) => {
    if (!equalInConstantTime(readBearerToken(request) ?? "", token))
      throw new ApiError("auth/required", { detail: "Send METRICS_TOKEN as Authorization: Bearer …." });
    const outbox = await readOutboxState(deps.db).catch(() => null); // the other metrics matter most when the database is away
    return reply.type("text/plain; version=0.0.4; charset=utf-8").send(await renderMetrics(outbox));
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
