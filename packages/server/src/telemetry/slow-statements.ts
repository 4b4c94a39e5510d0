/** The log of slow statements. */
import type { Logger } from "pino";
import { type MeasuredStatement, statements, subscribe } from "./measured-work.ts";
import { readStatementName } from "./statement-name.ts";

const maxTextLength = 400;

/**
 * Logs each statement of this process that takes `thresholdMs` or longer, with the route or queue that it belongs to, until the
 * returned function is called. Its text has placeholders: parameters, which may be personal data, are never logged.
 */
export function logSlowStatements(log: Pick<Logger, "warn">, thresholdMs: number): () => void {
  return subscribe<MeasuredStatement>(statements, ({ text, durationMs, operation, error }) => {
    if (durationMs < thresholdMs) return;
    const details = {
      statement: readStatementName(text),
      ...(operation === undefined
        ? {}
        : { [operation.kind === "request" ? "route" : "queue"]: operation.name }),
      ms: Math.round(durationMs),
      hasFailed: error !== null,
      sql: text.replaceAll(/\s+/g, " ").trim().slice(0, maxTextLength),
    };
    log.warn(details, "A statement was slow.");
  });
}
