/** Prometheus metrics (text format 0.0.4). */
import type { FastifyInstance, FastifyReply } from "fastify";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { OutboxState } from "../jobs/outbox.ts";
import { getRoutePattern } from "./logging.ts";

/** Seconds. Most checks take about a millisecond. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Measures the requests of an application and its process; returns a function that renders the metrics. Null stands for
 * an outbox whose state can't be read: its metrics then have no values.
 */
export function collectMetrics(app: FastifyInstance): (outbox: OutboxState | null) => Promise<string> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: "process_uptime_seconds",
    help: "Time since start.",
    registers: [registry],
    collect() {
      this.set(process.uptime());
    },
  });
  measureRequests(app, registry);
  const setOutbox = createOutboxGauges(registry);
  return async (outbox) => {
    setOutbox(outbox);
    const text = await registry.metrics();
    // prom-client separates metrics with blank lines; readers that expect a value in every line would fail.
    return text.replaceAll(/\n{2,}/g, "\n");
  };
}

function measureRequests(app: FastifyInstance, registry: Registry): void {
  const registers = [registry];
  // No label is free text: routes are patterns, and Node rejects unknown methods.
  const labelNames = ["method", "route", "status"];
  const requests = new Counter({
    name: "gatehouse_http_requests_total",
    help: "Requests answered.",
    labelNames,
    registers,
  });
  const seconds = new Counter({
    name: "gatehouse_http_request_seconds_total",
    help: "Time spent on requests.",
    labelNames,
    registers,
  });
  const duration = new Histogram({
    name: "gatehouse_http_request_duration_seconds",
    help: "Time until a response was sent, event streams excluded.",
    labelNames: ["method", "route"],
    buckets,
    registers,
  });
  app.addHook("onResponse", async (request, reply) => {
    const endpoint = { method: request.method, route: getRoutePattern(request) };
    const labels = { ...endpoint, status: reply.statusCode };
    const took = reply.elapsedTime / 1000;
    const isMeasured = !isStream(reply);
    requests.inc(labels);
    seconds.inc(labels, isMeasured ? took : 0);
    if (isMeasured) duration.observe(endpoint, took);
  });
}

/** The duration of an event stream would drown all others. */
function isStream(reply: FastifyReply): boolean {
  return String(reply.getHeader("content-type")).startsWith("text/event-stream");
}

function createOutboxGauges(registry: Registry): (outbox: OutboxState | null) => void {
  const createGauge = (name: string, help: string) => new Gauge({ name, help, registers: [registry] });
  const lastSeen = createGauge(
    "gatehouse_worker_last_seen_seconds",
    "Seconds since a worker last said that it runs.",
  );
  const due = createGauge("gatehouse_jobs_due", "Jobs that are due and wait for a worker.");
  const oldest = createGauge("gatehouse_jobs_oldest_due_seconds", "How long the oldest due job has waited.");
  return (outbox) => {
    setOrRemove(lastSeen, outbox?.workerSeenSecondsAgo);
    setOrRemove(due, outbox?.dueJobs);
    setOrRemove(oldest, outbox?.oldestDueSeconds);
  };
}

function setOrRemove(gauge: Gauge, value: number | null | undefined): void {
  if (value === null || value === undefined) gauge.remove();
  else gauge.set(value);
}
