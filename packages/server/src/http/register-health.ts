/** For whoever watches over the server: is it alive, is it ready, how is it doing. */
import { setTimeout as wait } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../deps.ts";
import {
  isWorkerMissing,
  type OutboxState,
  readOutboxState,
  watchOutboxState,
} from "../outbox/outbox-state.ts";
import { equalInConstantTime } from "../ports/secrets.ts";
import { readBearer } from "./authenticate.ts";
import { countRequests } from "./metrics.ts";
import { Refusal } from "./refusal.ts";

/** A database that hasn't answered after this many milliseconds is not ready. */
const patience = 1_500;

/** What is only told beside readiness is not waited for any longer. Milliseconds. */
const healthTimeout = 300;

/** Registers `/livez`, `/readyz` and, with a METRICS_TOKEN, `/metrics`. */
export function registerHealth(app: FastifyInstance, deps: Pick<Deps, "db" | "config">): void {
  const readState = watchOutboxState(deps.db);
  const open = (why: string) => ({ schema: { hide: true }, config: { policy: { public: why } } });
  app.get("/livez", open("it says nothing but that the process runs"), async () => {
    if (!deps.db.isAlive())
      throw new Refusal("unavailable", {
        detail: "The embedded database doesn't answer. Restart this process if it stays so.",
        retryAfter: 10,
      });
    return { status: "alive" };
  });
  app.get("/readyz", open("whoever distributes requests asks it"), async () => {
    app.drain.noteQuestion();
    if (app.drain.hasBegun())
      throw new Refusal("unavailable", { detail: "The server is stopping.", retryAfter: 2 });
    const answer = await inTime(deps.db.ping());
    if (answer === null)
      throw new Refusal("unavailable", { detail: "The database doesn't answer.", retryAfter: 2 });
    const outbox = viewOutbox(await inTime(readState(), healthTimeout));
    // Sessions and checks go on, so it stays in rotation: taken out everywhere, nobody could read either.
    return { status: "ready", ...(answer.isReadOnly ? { database: "read-only" } : {}), outbox };
  });
  const token = deps.config.metricsToken;
  if (token === null) return;
  const writeMetrics = countRequests(app);
  app.get("/metrics", open("METRICS_TOKEN stands in for a session"), async (request, reply) => {
    if (!equalInConstantTime(readBearer(request) ?? "", token))
      throw new Refusal("auth/required", { detail: "Send METRICS_TOKEN as Authorization: Bearer …." });
    const outbox = await readOutboxState(deps.db).catch(() => null); // the other figures matter most when it is away
    return reply.type("text/plain; version=0.0.4; charset=utf-8").send(writeMetrics(outbox));
  });
}

/** In whole seconds. A server without a worker is ready all the same: it answers, and mail waits. */
function viewOutbox(state: OutboxState | null) {
  if (state === null) return null;
  const { workerSeenSecondsAgo, dueJobs, oldestDueSeconds } = state;
  return {
    worker: isWorkerMissing(state) ? "missing" : "running",
    workerSeenSecondsAgo: workerSeenSecondsAgo === null ? null : Math.round(workerSeenSecondsAgo),
    dueJobs,
    oldestDueSeconds: Math.round(oldestDueSeconds),
  };
}

/** What an answer of the database holds; null when it fails or doesn't come in time. */
async function inTime<T>(answering: Promise<T>, timeoutMs = patience): Promise<T | null> {
  const giveUp = new AbortController();
  const answered = answering.catch(() => null);
  const late = wait(timeoutMs, null, { signal: giveUp.signal }).catch(() => null);
  const answer = await Promise.race([answered, late]);
  giveUp.abort();
  return answer;
}
