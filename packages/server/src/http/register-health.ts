/** For whoever watches over the server: is it alive, is it ready, how is it doing. */
import { setTimeout as wait } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../deps.ts";
import { equalInConstantTime } from "../ports/secrets.ts";
import { readBearer } from "./authenticate.ts";
import { countRequests } from "./metrics.ts";
import { Refusal } from "./refusal.ts";

/** A database that hasn't answered after this many milliseconds is not ready. */
const patience = 1_500;

/** Registers `/livez`, `/readyz` and, with a METRICS_TOKEN, `/metrics`. */
export function registerHealth(app: FastifyInstance, deps: Pick<Deps, "db" | "config">): void {
  const open = (why: string) => ({ schema: { hide: true }, config: { policy: { public: why } } });
  app.get("/livez", open("it says nothing but that the process runs"), async () => ({ status: "alive" }));
  app.get("/readyz", open("whoever distributes requests asks it"), async () => {
    app.drain.noteQuestion();
    if (app.drain.hasBegun())
      throw new Refusal("unavailable", { detail: "The server is stopping.", retryAfter: 2 });
    if (!(await answersInTime(deps.db)))
      throw new Refusal("unavailable", { detail: "The database doesn't answer.", retryAfter: 2 });
    return { status: "ready" };
  });
  const token = deps.config.metricsToken;
  if (token === null) return;
  const writeMetrics = countRequests(app);
  app.get("/metrics", open("METRICS_TOKEN stands in for a session"), async (request, reply) => {
    if (!equalInConstantTime(readBearer(request) ?? "", token))
      throw new Refusal("auth/required", { detail: "Send METRICS_TOKEN as Authorization: Bearer …." });
    return reply.type("text/plain; version=0.0.4; charset=utf-8").send(writeMetrics());
  });
}

async function answersInTime(db: Deps["db"]): Promise<boolean> {
  const giveUp = new AbortController();
  const answered = db.ping().then(
    () => true,
    () => false,
  );
  const late = wait(patience, false, { signal: giveUp.signal }).catch(() => false);
  const isReady = await Promise.race([answered, late]);
  giveUp.abort();
  return isReady;
}
