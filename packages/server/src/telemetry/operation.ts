/** The request or job that is running: for the slow-statement log, for traces, and for jobs that continue a trace. */
import { AsyncLocalStorage } from "node:async_hooks";
import { channel } from "node:diagnostics_channel";

/** A request or a job, from its start to its end. */
export interface Operation {
  readonly kind: "request" | "job";
  /** The pattern of the route, such as `GET /api/v1/me`, or the name of the queue: never a path or other free text. */
  readonly name: string;
  /** The W3C `traceparent` that the request or job came with. */
  readonly parent: string | null;
  /** The W3C `traceparent` of what it causes. Set by tracing; null without it. */
  traceparent: string | null;
}

/** The end of an operation. */
export interface OperationEnd {
  readonly operation: Operation;
  /** The status of a response; null for a job. */
  readonly status: number | null;
  readonly hasFailed: boolean;
}

const current = new AsyncLocalStorage<Operation>();

/** Published when an operation starts: an `Operation`. */
export const operationStarts = channel("gatehouse:operation:start");

/** Published when it ends: an `OperationEnd`. */
export const operationEnds = channel("gatehouse:operation:end");

/** Starts an operation. Code that `runInOperation` calls belongs to it until `endOperation`. */
export function startOperation(start: Pick<Operation, "kind" | "name" | "parent">): Operation {
  const operation: Operation = { ...start, traceparent: null };
  if (operationStarts.hasSubscribers) operationStarts.publish(operation);
  return operation;
}

/** Runs `work`, and everything that it starts, as part of the operation. */
export function runInOperation<T>(operation: Operation, work: () => T): T {
  return current.run(operation, work);
}

/** Ends an operation. */
export function endOperation(end: OperationEnd): void {
  if (operationEnds.hasSubscribers) operationEnds.publish(end);
}

/** The operation that the calling code belongs to; undefined in code that runs by a timer or on a command. */
export function getOperation(): Operation | undefined {
  return current.getStore();
}
