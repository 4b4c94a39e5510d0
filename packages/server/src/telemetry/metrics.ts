/** Prometheus metrics of this process and its database (text format 0.0.4). */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { ConnectionState } from "../db/database.ts";
import { sqlState } from "../db/errors.ts";
import type { OutboxState } from "../jobs/outbox.ts";
import { version } from "../version.ts";
import {
  type AccessDecisions,
  accessChecks,
  jobs,
  type LimitedRequest,
  limitedRequests,
  type MeasuredJob,
  type MeasuredMail,
  type MeasuredStatement,
  mails,
  statements,
  subscribe,
} from "./measured-work.ts";
import { readStatementName } from "./statement-name.ts";

/** Seconds. Most statements take less than a millisecond. */
const statementBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5];

/** Seconds. */
const jobBuckets = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** What is read for each scrape. */
export interface MetricsSources {
  readonly engine: "embedded" | "postgres";
  readonly readConnections: () => readonly ConnectionState[];
  /** Null: the state can't be read, so its metrics have no values. */
  readonly readOutbox: () => Promise<OutboxState | null>;
}

/** The metrics of a process. */
export interface Metrics {
  /** For further metrics. */
  readonly registry: Registry;
  readonly render: () => Promise<string>;
  /** Stops measuring. */
  readonly close: () => void;
}

/** The content type of the metrics. */
export const metricsContentType = "text/plain; version=0.0.4; charset=utf-8";

/** Starts measuring the work of this process. */
export function createMetrics(sources: MetricsSources): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  // Gauges that are named like counters; their values are in nodejs_active_resources, _handles and _requests, too.
  for (const what of ["resources", "handles", "requests"])
    registry.removeSingleMetric(`nodejs_active_${what}_total`);
  describeProcess(registry, sources.engine);
  const subscriptions = [
    measureStatements(registry),
    measureMails(registry),
    measureJobs(registry),
    countAccessChecks(registry),
    countLimitedRequests(registry),
  ];
  const setConnections = createConnectionGauges(registry);
  const setOutbox = createOutboxGauges(registry);
  return {
    registry,
    render: async () => {
      setConnections(sources.readConnections());
      setOutbox(await sources.readOutbox());
      const text = await registry.metrics();
      // prom-client separates metrics with blank lines; readers that expect a value in every line would fail.
      return text.replaceAll(/\n{2,}/g, "\n").replaceAll(/ Nan$/gm, " NaN");
    },
    close: () => {
      for (const unsubscribe of subscriptions) unsubscribe();
      registry.clear();
    },
  };
}

function describeProcess(registry: Registry, engine: string): void {
  const registers = [registry];
  const labelNames = ["version", "node", "database"];
  const help = "The version of Gatehouse, of Node.js, and the kind of the database.";
  new Gauge({ name: "gatehouse_build_info", help, labelNames, registers }).set(
    { version, node: process.versions.node, database: engine },
    1,
  );
  new Gauge({
    name: "process_uptime_seconds",
    help: "Time since start.",
    registers,
    collect() {
      this.set(process.uptime());
    },
  });
}

function measureStatements(registry: Registry): () => void {
  const registers = [registry];
  const duration = new Histogram({
    name: "gatehouse_db_statement_duration_seconds",
    help: "Time from sending a statement to its result, by the name of the statement; other for statements without a name.",
    labelNames: ["statement"],
    buckets: statementBuckets,
    registers,
  });
  const errors = new Counter({
    name: "gatehouse_db_statement_errors_total",
    help: "Failed statements by the class of their SQLSTATE; none for a lost connection or a client-side timeout.",
    labelNames: ["sqlstate_class"],
    registers,
  });
  return subscribe<MeasuredStatement>(statements, ({ text, durationMs, error }) => {
    duration.observe({ statement: readStatementName(text) }, durationMs / 1000);
    if (error !== null) errors.inc({ sqlstate_class: sqlState(error)?.slice(0, 2) ?? "none" });
  });
}

function measureMails(registry: Registry): () => void {
  const duration = new Histogram({
    name: "gatehouse_mail_send_duration_seconds",
    help: "Time of an attempt to send an email, by result: sent, written to a file, rejected for good, mail server unavailable, failed.",
    labelNames: ["result"],
    buckets: jobBuckets,
    registers: [registry],
  });
  return subscribe<MeasuredMail>(mails, ({ result, durationMs }) =>
    duration.observe({ result }, durationMs / 1000),
  );
}

function measureJobs(registry: Registry): () => void {
  const duration = new Histogram({
    name: "gatehouse_job_duration_seconds",
    help: "Time of an attempt to run a job, by queue and result. A failed attempt is repeated; a dead-lettered one was the last.",
    labelNames: ["queue", "result"],
    buckets: jobBuckets,
    registers: [registry],
  });
  return subscribe<MeasuredJob>(jobs, ({ queue, result, durationMs }) =>
    duration.observe({ queue, result }, durationMs / 1000),
  );
}

function countAccessChecks(registry: Registry): () => void {
  const checks = new Counter({
    name: "gatehouse_access_checks_total",
    help: "Access checks over HTTP (AuthZEN), by decision. Checks of the SDK happen in the programs that use it.",
    labelNames: ["decision"],
    registers: [registry],
  });
  return subscribe<AccessDecisions>(accessChecks, ({ allowed, denied }) => {
    checks.inc({ decision: "allow" }, allowed);
    checks.inc({ decision: "deny" }, denied);
  });
}

function countLimitedRequests(registry: Registry): () => void {
  const rejected = new Counter({
    name: "gatehouse_organization_limit_rejections_total",
    help: "Requests rejected with 429 because their organization has too many: requests a second, or changes that wait for each other (writers).",
    labelNames: ["limit"],
    registers: [registry],
  });
  return subscribe<LimitedRequest>(limitedRequests, ({ limit }) => rejected.inc({ limit }));
}

function createConnectionGauges(registry: Registry): (states: readonly ConnectionState[]) => void {
  const registers = [registry];
  const connections = new Gauge({
    name: "gatehouse_db_connections",
    help: "Connections to the database by pool (general; priority for sign-in and access checks) and state.",
    labelNames: ["pool", "state"],
    registers,
  });
  const waiting = new Gauge({
    name: "gatehouse_db_connection_waiters",
    help: "Callers that wait for a connection, by pool.",
    labelNames: ["pool"],
    registers,
  });
  return (states) => {
    for (const { pool, inUse, idle, waiting: waiters } of states) {
      connections.set({ pool, state: "in_use" }, inUse);
      connections.set({ pool, state: "idle" }, idle);
      waiting.set({ pool }, waiters);
    }
  };
}

function createOutboxGauges(registry: Registry): (outbox: OutboxState | null) => void {
  const createGauge = (name: string, help: string) => new Gauge({ name, help, registers: [registry] });
  const lastSeen = createGauge(
    "gatehouse_worker_last_seen_seconds",
    "Seconds since a worker last said that it runs.",
  );
  const due = createGauge("gatehouse_jobs_due", "Jobs that are due and wait for a worker, at most 10,000.");
  const oldest = createGauge("gatehouse_jobs_oldest_due_seconds", "How long the oldest due job has waited.");
  const deadLettered = createGauge(
    "gatehouse_jobs_dead_lettered",
    "Jobs that were dead-lettered in the last week, at most 10,000.",
  );
  const isReachable = createGauge("gatehouse_db_up", "1 if the database answered this scrape, otherwise 0.");
  return (outbox) => {
    isReachable.set(outbox === null ? 0 : 1);
    setOrRemove(lastSeen, outbox?.workerSeenSecondsAgo);
    setOrRemove(due, outbox?.dueJobs);
    setOrRemove(oldest, outbox?.oldestDueSeconds);
    setOrRemove(deadLettered, outbox?.deadLetteredJobs);
  };
}

function setOrRemove(gauge: Gauge, value: number | null | undefined): void {
  if (value === null || value === undefined) gauge.remove();
  else gauge.set(value);
}
