import type { Logger } from "pino";
import type { Config } from "../config.ts";
import type { Clock } from "../ports/clock.ts";
import { logSlowStatements } from "./slow-statements.ts";

/** Starts the slow-statement log and, if configured, the recording of traces. The returned function ends both and sends what is left. */
export async function startTelemetry(
  { slowStatementMs, tracing }: Pick<Config, "slowStatementMs" | "tracing">,
  { log, clock }: { readonly log: Logger; readonly clock: Clock },
): Promise<() => Promise<void>> {
  const stopLog = slowStatementMs === null ? () => undefined : logSlowStatements(log, slowStatementMs);
  if (tracing === null) return async () => stopLog();
  // Imported here because a server without traces needn't load the libraries.
  const { startTracing } = await import("./tracing.ts");
  const stopTracing = startTracing(tracing, { log, clock });
  return async () => {
    stopLog();
    await stopTracing();
  };
}
