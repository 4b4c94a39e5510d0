/** Runs the background work without a server. */
import { pino } from "pino";
import { readConfig } from "../config.ts";
import type { Command } from "./command.ts";
import { createLog } from "./create-log.ts";
import { openInstallation } from "./open-installation.ts";
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
      const background = await startBackground(installation);
      out(values["json"] === true ? JSON.stringify({ status: "working" }) : "The worker is running.");
      await stopped;
      await background.stop(stopTimeoutMs);
    } finally {
      await installation.close();
      destination.flushSync();
    }
    return 0;
  },
};
