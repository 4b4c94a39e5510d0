/** `/metrics`, and the metrics of requests and event streams. */
import type { FastifyInstance, FastifyReply } from "fastify";
import type { Registry } from "prom-client";
import { readBearerToken } from "../auth/request-source.ts";
import type { Deps } from "../deps.ts";
import { ApiError } from "../errors/api-error.ts";
import { readOutboxState } from "../jobs/outbox.ts";
import { equalInConstantTime } from "../ports/secrets.ts";
import { getRoutePattern } from "./logging.ts";

/** The open event streams of the process. */
interface StreamState {
  readonly events: number;
  readonly access: number;
  readonly lagSeconds: number;
}

/** Seconds. Most checks take about a millisecond. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** With a METRICS_TOKEN: measures the application and its process, and registers `/metrics`. */
export async function registerMetrics(
  app: FastifyInstance,
  deps: Pick<Deps, "db" | "config">,
  readStreams: () => StreamState,
): Promise<void> {
  const { metricsToken } = deps.config;
  if (metricsToken === null) return;
  // Imported here because a server without metrics needn't load the library.
  const { createMetrics, metricsContentType } = await import("../telemetry/metrics.ts");
  const { Counter, Gauge, Histogram } = await import("prom-client");
  const metrics = createMetrics({
    engine: deps.db.engine,
    readConnections: deps.db.readConnections,
    readOutbox: () => readOutboxState(deps.db).catch(() => null), // the other metrics matter most when the database is away
  });
  app.addHook("onClose", async () => metrics.close());
  measureRequests(app, metrics.registry, { Counter, Histogram });
  const setStreams = createStreamGauges(metrics.registry, { Gauge });
  const policy = { public: "protected by METRICS_TOKEN" };
  app.get("/metrics", { schema: { hide: true }, config: { policy } }, async (request, reply) => {
    if (!equalInConstantTime(readBearerToken(request) ?? "", metricsToken))
      throw new ApiError("auth/required", { detail: "Send METRICS_TOKEN as Authorization: Bearer …." });
    setStreams(readStreams());
    return reply.type(metricsContentType).send(await metrics.render());
  });
}

type Library = typeof import("prom-client");

/** No label is free text: routes are patterns, and unusual methods are counted together. */
const methods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

function measureRequests(
  app: FastifyInstance,
  registry: Registry,
  { Counter, Histogram }: Pick<Library, "Counter" | "Histogram">,
): void {
  const registers = [registry];
  const requests = new Counter({
    name: "gatehouse_http_requests_total",
    help: "Requests answered, by the pattern of their route; - for unknown paths.",
    labelNames: ["method", "route", "status"],
    registers,
  });
  const duration = new Histogram({
    name: "gatehouse_http_request_duration_seconds",
    help: "Time until a response was sent, by the class of its status; event streams excluded.",
    labelNames: ["method", "route", "status_class"],
    buckets,
    registers,
  });
  app.addHook("onResponse", async (request, reply) => {
    const method = methods.has(request.method) ? request.method : "other";
    const endpoint = { method, route: getRoutePattern(request) };
    requests.inc({ ...endpoint, status: reply.statusCode });
    const statusClass = `${Math.trunc(reply.statusCode / 100)}xx`;
    if (!isStream(reply))
      duration.observe({ ...endpoint, status_class: statusClass }, reply.elapsedTime / 1000);
  });
}

/** The duration of an event stream would drown all others. */
function isStream(reply: FastifyReply): boolean {
  return String(reply.getHeader("content-type")).startsWith("text/event-stream");
}

function createStreamGauges(
  registry: Registry,
  { Gauge }: Pick<Library, "Gauge">,
): (state: StreamState) => void {
  const registers = [registry];
  const streams = new Gauge({
    name: "gatehouse_event_streams",
    help: "Open event streams by kind: events of panel pages, access of programs with the SDK.",
    labelNames: ["kind"],
    registers,
  });
  const lag = new Gauge({
    name: "gatehouse_change_feed_lag_seconds",
    help: "For how long changes of an organization with open streams have not been read to their end.",
    registers,
  });
  return ({ events, access, lagSeconds }) => {
    streams.set({ kind: "events" }, events);
    streams.set({ kind: "access" }, access);
    lag.set(lagSeconds);
  };
}
