/** Runs the outbox's work without a server. */
import { pino } from "pino";
import { readConfig } from "../config.ts";
import type { Command } from "./command.ts";
import { createLog } from "./create-log.ts";
import { openInstallation } from "./open-installation.ts";
import { startBackground } from "./start-background.ts";
import { untilStopped } from "./stop-signals.ts";
import { watchEngine } from "./watch-engine.ts";

/** How long jobs that run may take to finish. Milliseconds. */
const patience = 8_000;

/** `gatehouse worker` */
export const worker: Command = {
  name: "worker",
  summary: "Send mail and clean up, without serving: beside servers that run with WORKER=off",
  options: {},
  run: async (values, { out, err }) => {
    const stopped = untilStopped();
    const config = readConfig();
    const destination = pino.destination({ dest: 2, sync: false });
    const installation = await openInstallation(config, "worker", createLog(config.logLevel, destination));
    try {
      watchEngine(installation.engine, { err }, () => destination.flushSync());
      const background = await startBackground(installation);
      out(values["json"] === true ? JSON.stringify({ status: "working" }) : "The worker is running.");
      await stopped;
      await background.stop(patience);
    } finally {
      await installation.close();
      destination.flushSync();
    }
    return 0;
  },
};
