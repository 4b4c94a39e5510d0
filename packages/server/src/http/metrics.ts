/** Prometheus metrics (text format 0.0.4). */
import type { FastifyInstance, FastifyReply } from "fastify";
import type { OutboxState } from "../jobs/outbox-state.ts";
import { getRoutePattern } from "./logging.ts";

/** Counts the requests of an application; returns a function that renders the metrics. */
export function countRequests(app: FastifyInstance): (outbox: OutboxState | null) => string {
  const counts = new Map<string, { count: number; seconds: number }>();
  app.addHook("onResponse", async (request, reply) => {
    // Neither label is free text: routes are patterns, and Node rejects unknown methods.
    const labels = `{method="${request.method}",route="${getRoutePattern(request)}",status="${reply.statusCode}"}`;
    const entry = counts.get(labels) ?? { count: 0, seconds: 0 };
    entry.count += 1;
    if (!isStream(reply)) entry.seconds += reply.elapsedTime / 1000;
    counts.set(labels, entry);
  });
  return (outbox) => {
    const entries = [...counts];
    const seen = entries.map(([labels, { count }]): Sample => [labels, String(count)]);
    const took = entries.map(([labels, { seconds }]): Sample => [labels, seconds.toFixed(6)]);
    return [
      family("gatehouse_http_requests_total", "counter", "Requests answered.", seen),
      family("gatehouse_http_request_seconds_total", "counter", "Time spent on requests.", took),
      family("process_cpu_seconds_total", "counter", "Processor time.", [["", cpuSeconds()]]),
      family("process_resident_memory_bytes", "gauge", "Resident memory.", [
        ["", String(process.memoryUsage.rss())],
      ]),
      ...(outbox === null ? [] : outboxFamilies(outbox)),
      family("process_uptime_seconds", "gauge", "Time since start.", [["", process.uptime().toFixed(1)]]),
    ].join("");
  };
}

function outboxFamilies({ workerSeenSecondsAgo, dueJobs, oldestDueSeconds }: OutboxState): readonly string[] {
  const seen: readonly Sample[] =
    workerSeenSecondsAgo === null ? [] : [["", workerSeenSecondsAgo.toFixed(1)]];
  return [
    family(
      "gatehouse_worker_last_seen_seconds",
      "gauge",
      "Seconds since a worker last said that it runs.",
      seen,
    ),
    family("gatehouse_jobs_due", "gauge", "Jobs that are due and wait for a worker.", [
      ["", String(dueJobs)],
    ]),
    family("gatehouse_jobs_oldest_due_seconds", "gauge", "How long the oldest due job has waited.", [
      ["", oldestDueSeconds.toFixed(1)],
    ]),
  ];
}

/** The duration of an event stream would drown all others. */
function isStream(reply: FastifyReply): boolean {
  return String(reply.getHeader("content-type")).startsWith("text/event-stream");
}

/** Labels and value. */
type Sample = readonly [string, string];

function family(name: string, type: "counter" | "gauge", help: string, samples: readonly Sample[]): string {
  const lines = samples.map(([labels, value]) => `${name}${labels} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function cpuSeconds(): string {
  const { user, system } = process.cpuUsage();
  return ((user + system) / 1e6).toFixed(3);
}
