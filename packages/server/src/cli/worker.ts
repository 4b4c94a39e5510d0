/** Runs the background work without a server. */

import type { Command } from "@gatehouse/cli";
import { pino } from "pino";
import { type Config, readConfig } from "../config.ts";
import { createLog } from "./create-log.ts";
import { type Installation, openInstallation } from "./open-installation.ts";
import { exitOnEngineFailure, waitForStopSignal } from "./process-exit.ts";
import { startBackground } from "./start-background.ts";

/** Time for running jobs to finish. Milliseconds. */
const stopTimeoutMs = 8_000;

/** `gatehouse worker` */
export const worker: Command = {
  name: "worker",
  summary: "Send emails and clean up, without serving requests: for servers that run with WORKER=off",
  options: {},
  run: async (values, { out, err }) => {
    const stopped = waitForStopSignal();
    const config = readConfig();
    const destination = pino.destination({ dest: 2, sync: false });
    const installation = await openInstallation(config, "worker", createLog(config.logLevel, destination));
    try {
      exitOnEngineFailure(installation.engine, { err }, () => destination.flushSync());
      const metrics = await startMetrics(config, installation);
      const background = await startBackground(installation);
      out(values["json"] === true ? JSON.stringify({ status: "working" }) : "The worker is running.");
      await stopped;
      await Promise.all([background.stop(stopTimeoutMs), metrics?.close()]);
    } finally {
      await installation.close();
      destination.flushSync();
    }
    return 0;
  },
};

/** With METRICS_PORT. Imported here because a worker without metrics needn't load the library. */
async function startMetrics(
  { host, metricsPort, metricsToken }: Config,
  { deps }: Installation,
): Promise<{ readonly close: () => Promise<void> } | null> {
  if (metricsPort === null || metricsToken === null) return null;
  const { startMetricsServer } = await import("./metrics-server.ts");
  return startMetricsServer({ host, port: metricsPort, metricsToken }, deps.db);
}
