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
  app.get("/livez", open("it says nothing but that the process runs"), async () => {
    if (!deps.db.isAlive())
      throw new Refusal("unavailable", {
        detail: "The embedded database doesn't answer. Restart this process if it stays so.",
        retryAfter: 10,
      });
    return { status: "alive" };
  });
  app.get("/readyz", open("whoever distributes requests asks it"), async () => {
    const answer = await answerInTime(deps.db);
    if (answer === null)
      throw new Refusal("unavailable", { detail: "The database doesn't answer.", retryAfter: 2 });
    // Sessions and checks go on, so it stays in rotation: taken out everywhere, nobody could read either.
    return answer.isReadOnly ? { status: "ready", database: "read-only" } : { status: "ready" };
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

/** What the database says of itself; null when it says nothing in time. */
async function answerInTime(db: Deps["db"]): Promise<{ readonly isReadOnly: boolean } | null> {
  const giveUp = new AbortController();
  const answered = db.ping().catch(() => null);
  const late = wait(patience, null, { signal: giveUp.signal }).catch(() => null);
  const answer = await Promise.race([answered, late]);
  giveUp.abort();
  return answer;
}
