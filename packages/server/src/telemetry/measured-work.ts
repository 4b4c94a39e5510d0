/**
 * Measured work: statements, emails, jobs and access checks. Each is published on a diagnostics channel when it ends, so that metrics,
 * traces and the slow-statement log see it without being passed through the code. Without subscribers nothing is measured.
 */
import { type Channel, channel } from "node:diagnostics_channel";
import { getOperation, type Operation } from "./operation.ts";

/** Work that has ended. */
export interface Measured {
  /** By `performance.now()`. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly operation: Operation | undefined;
}

/** A statement sent to the database. */
export interface MeasuredStatement extends Measured {
  /** With placeholders: it contains no parameters. */
  readonly text: string;
  readonly error: unknown;
}

/** An attempt to send an email. */
export interface MeasuredMail extends Measured {
  readonly result: "sent" | "written" | "rejected" | "unavailable" | "failed";
}

/** An attempt to run a job. */
export interface MeasuredJob extends Measured {
  readonly queue: string;
  readonly result: "completed" | "failed" | "dead-lettered";
}

/** Decisions of one request. */
export interface AccessDecisions {
  readonly allowed: number;
  readonly denied: number;
}

/** Published for each statement: a `MeasuredStatement`. */
export const statements = channel("gatehouse:statement");

/** Published for each attempt to send an email: a `MeasuredMail`. */
export const mails = channel("gatehouse:mail");

/** Published for each attempt to run a job: a `MeasuredJob`. */
export const jobs = channel("gatehouse:job");

/** Published for the access checks of a request: `AccessDecisions`. */
export const accessChecks = channel("gatehouse:access-check");

/** A request that was rejected because its organization sends too many. */
export interface LimitedRequest {
  readonly limit: "requests" | "writers";
}

/** Published for each of them: `LimitedRequest`. */
export const limitedRequests = channel("gatehouse:limited-request");

/** Runs a statement and publishes it. */
export async function measureStatement<T>(text: string, run: () => Promise<T>): Promise<T> {
  return measure(statements, run, (error) => ({ text, error }));
}

/** Runs `work` and publishes how long it took, with what `describe` returns for its error or result. */
export async function measure<T>(
  to: Channel,
  work: () => Promise<T>,
  describe: (error: unknown, result: T | null) => object,
): Promise<T> {
  if (!to.hasSubscribers) return work();
  const startedAt = performance.now();
  const publish = (error: unknown, result: T | null): void => {
    const measured = { startedAt, durationMs: performance.now() - startedAt, operation: getOperation() };
    to.publish({ ...measured, ...describe(error, result) });
  };
  let result: T;
  try {
    result = await work();
  } catch (error) {
    publish(error, null);
    throw error;
  }
  publish(null, result);
  return result;
}

/** Calls `listener` with everything published on the channel, until the returned function is called. */
export function subscribe<Message>(to: Channel, listener: (message: Message) => void): () => void {
  const receive = (message: unknown): void => listener(message as Message);
  to.subscribe(receive);
  return () => void to.unsubscribe(receive);
}
