/** For whoever watches over the server: is it alive, is it ready, how is it doing. */
import type { FastifyInstance } from "fastify";
import type { Deps } from "../deps.ts";
import { equalInConstantTime } from "../ports/secrets.ts";
import { readBearer } from "./authenticate.ts";
import { routeOf } from "./prepare-app.ts";
import { notFound, Refusal } from "./refusal.ts";

/** Registers `/livez`, `/readyz` and `/metrics`. */
export function registerHealth(app: FastifyInstance, deps: Pick<Deps, "db" | "config">): void {
  let isClosing = false;
  app.addHook("preClose", async () => {
    isClosing = true;
  });
  const hidden = { schema: { hide: true } };
  app.get("/livez", hidden, async () => ({ status: "alive" }));
  app.get("/readyz", hidden, async (_request, reply) => {
    const isReady = !isClosing && (await answers(deps.db));
    if (!isReady) reply.header("retry-after", 2);
    return reply.status(isReady ? 200 : 503).send({ status: isReady ? "ready" : "not ready" });
  });
  registerMetrics(app, deps.config.metricsToken);
}

async function answers(db: Deps["db"]): Promise<boolean> {
  try {
    await db.ping();
    return true;
  } catch {
    return false;
  }
}

function registerMetrics(app: FastifyInstance, token: string | null): void {
  if (token === null) return;
  const counts = new Map<string, { count: number; seconds: number }>();
  app.addHook("onResponse", async (request, reply) => {
    const labels = `method="${request.method}",route="${routeOf(request)}",status="${reply.statusCode}"`;
    const entry = counts.get(labels) ?? { count: 0, seconds: 0 };
    entry.count += 1;
    entry.seconds += reply.elapsedTime / 1000;
    counts.set(labels, entry);
  });
  app.get("/metrics", { schema: { hide: true } }, async (request, reply) => {
    const bearer = readBearer(request);
    if (bearer === null) throw notFound();
    if (!equalInConstantTime(bearer, token))
      throw new Refusal("auth/required", { detail: "Send METRICS_TOKEN as Authorization: Bearer …." });
    return reply.type("text/plain; version=0.0.4; charset=utf-8").send(writeMetrics(counts));
  });
}

function writeMetrics(
  counts: ReadonlyMap<string, { readonly count: number; readonly seconds: number }>,
): string {
  const entries = [...counts];
  const memory = process.memoryUsage();
  return [
    "# HELP gatehouse_http_requests_total Requests answered.",
    "# TYPE gatehouse_http_requests_total counter",
    ...entries.map(([labels, { count }]) => `gatehouse_http_requests_total{${labels}} ${count}`),
    "# HELP gatehouse_http_request_seconds_total Time spent on requests.",
    "# TYPE gatehouse_http_request_seconds_total counter",
    ...entries.map(
      ([labels, { seconds }]) => `gatehouse_http_request_seconds_total{${labels}} ${seconds.toFixed(6)}`,
    ),
    "# HELP process_resident_memory_bytes Resident memory.",
    "# TYPE process_resident_memory_bytes gauge",
    `process_resident_memory_bytes ${memory.rss}`,
    "# HELP process_uptime_seconds Time since start.",
    "# TYPE process_uptime_seconds gauge",
    `process_uptime_seconds ${process.uptime().toFixed(1)}`,
    "",
  ].join("\n");
}
