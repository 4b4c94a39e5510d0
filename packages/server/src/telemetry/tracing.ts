/**
 * OpenTelemetry traces: request → statement, request → job → statement and email. Spans have names of routes, queues and statements;
 * no paths, parameters, addresses or error messages, which may be personal data. Loaded only when traces are recorded.
 */
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { type ExportResult, ExportResultCode, parseTraceParent } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import type { Logger } from "pino";
import { sqlState } from "../db/errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Sampler, TracingSettings } from "../tracing-settings.ts";
import { version } from "../version.ts";
import {
  type Measured,
  type MeasuredMail,
  type MeasuredStatement,
  mails,
  statements,
  subscribe,
} from "./measured-work.ts";
import { type Operation, type OperationEnd, operationEnds, operationStarts } from "./operation.ts";
import { readStatementName } from "./statement-name.ts";

/** Milliseconds that the end of the process waits for the last spans. */
const shutdownTimeoutMs = 2_000;

/** A failed export is logged again after as many milliseconds. */
const logIntervalMs = 60_000;

/** Records traces until the returned function is called, which sends what is left. */
export function startTracing(
  settings: TracingSettings,
  { log, clock }: { readonly log: Pick<Logger, "warn">; readonly clock: Clock },
): () => Promise<void> {
  const { url, serviceName, sampler } = settings;
  const exporter = logFailures(new OTLPTraceExporter({ url }), log);
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ "service.version": version }))
      .merge(detectResources({ detectors: [envDetector] }))
      .merge(resourceFromAttributes({ "service.name": serviceName })),
    sampler: createSampler(sampler),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  const stop = recordSpans(provider.getTracer("gatehouse", version), clock);
  return async () => {
    stop();
    const timeout = new Promise<void>((resolve) => setTimeout(resolve, shutdownTimeoutMs).unref());
    await Promise.race([provider.shutdown().catch(() => undefined), timeout]);
  };
}

function createSampler({ share, isParentBased }: Sampler) {
  const root =
    share === 1
      ? new AlwaysOnSampler()
      : share === 0
        ? new AlwaysOffSampler()
        : new TraceIdRatioBasedSampler(share);
  return isParentBased ? new ParentBasedSampler({ root }) : root;
}

/** Logs that spans can't be sent, at most once a minute; the processor drops them. */
function logFailures(exporter: OTLPTraceExporter, log: Pick<Logger, "warn">): SpanExporter {
  let loggedAt = Number.NEGATIVE_INFINITY;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result: ExportResult) => {
        const now = performance.now();
        if (result.code === ExportResultCode.FAILED && now - loggedAt > logIntervalMs) {
          loggedAt = now;
          log.warn({ err: result.error }, "Traces can't be sent to OTEL_EXPORTER_OTLP_ENDPOINT.");
        }
        done(result);
      }),
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
}

function recordSpans(tracer: Tracer, clock: Clock): () => void {
  const spans = new WeakMap<Operation, Span>();
  /** The context of work in an operation; undefined outside, where nothing is recorded: timers would fill the traces. */
  const getContext = (operation: Operation | undefined): Context | undefined => {
    const span = operation === undefined ? undefined : spans.get(operation);
    return span === undefined ? undefined : trace.setSpan(ROOT_CONTEXT, span);
  };
  const recordWork = (
    measured: Measured,
    name: string,
    attributes: Record<string, string>,
    isError: boolean,
  ) => {
    const context = getContext(measured.operation);
    if (context === undefined) return;
    // Not from `performance.timeOrigin`: the system's clock may have been set since the process started.
    const startTime = clock.now().getTime() - (performance.now() - measured.startedAt);
    const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, startTime, attributes }, context);
    if (isError) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(startTime + measured.durationMs);
  };
  const subscriptions = [
    subscribe<Operation>(operationStarts, (operation) => {
      const span = startOperationSpan(tracer, operation);
      spans.set(operation, span);
      operation.traceparent = formatTraceparent(span);
    }),
    subscribe<OperationEnd>(operationEnds, ({ operation, status, hasFailed }) => {
      const span = spans.get(operation);
      if (status !== null) span?.setAttribute("http.response.status_code", status);
      if (hasFailed) span?.setStatus({ code: SpanStatusCode.ERROR });
      span?.end();
    }),
    subscribe<MeasuredStatement>(statements, (measured) => {
      const name = readStatementName(measured.text);
      const state = measured.error === null ? null : sqlState(measured.error);
      const attributes = {
        "db.system.name": "postgresql",
        "db.query.summary": name,
        ...(state === null ? {} : { "db.response.status_code": state }),
      };
      recordWork(measured, name, attributes, measured.error !== null);
    }),
    subscribe<MeasuredMail>(mails, (measured) => {
      const isError = measured.result === "failed" || measured.result === "unavailable";
      recordWork(measured, "send email", { "gatehouse.mail.result": measured.result }, isError);
    }),
  ];
  return () => {
    for (const unsubscribe of subscriptions) unsubscribe();
  };
}

function startOperationSpan(tracer: Tracer, { kind, name, parent }: Operation): Span {
  const remote = parent === null ? null : parseTraceParent(parent);
  const context =
    remote === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...remote, isRemote: true });
  if (kind === "job")
    return tracer.startSpan(
      `job ${name}`,
      { kind: SpanKind.CONSUMER, attributes: { "messaging.destination.name": name } },
      context,
    );
  const [method = "", route = ""] = name.split(" ");
  const attributes = { "http.request.method": method, "http.route": route };
  return tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, context);
}

/** W3C Trace Context, section 3.2. */
function formatTraceparent(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
}
