/** Background work: the jobs of the outbox, and the clean-up. */
import { createHandlers } from "../create-handlers.ts";
import { cleanUp } from "../jobs/clean-up.ts";
import {
  heartbeatIntervalMs,
  isWorkerMissing,
  readOutboxState,
  recordHeartbeat,
} from "../jobs/outbox-state.ts";
import { startWorker } from "../jobs/start-worker.ts";
import type { Installation } from "./open-installation.ts";

/** Running background work. */
export interface BackgroundWork {
  /** Starts no new jobs and waits for the running ones, at most `timeoutMs`. */
  readonly stop: (timeoutMs: number) => Promise<void>;
}

const minute = 60_000;
const hour = 60 * minute;

/** For a server with WORKER=off: checks every minute whether a worker runs, and warns once when none does. */
export function watchForWorker({ deps }: Pick<Installation, "deps">): BackgroundWork {
  let wasMissing = false;
  const check = (): void => {
    readOutboxState(deps.db).then(
      (state) => {
        const isMissing = isWorkerMissing(state);
        if (isMissing && !wasMissing)
          deps.log.warn(
            { dueJobs: state.dueJobs },
            "No worker runs, so no email is sent. Start one with: gatehouse worker",
          );
        wasMissing = isMissing;
      },
      () => undefined, // requests report an unreachable database
    );
  };
  const timer = setInterval(check, minute);
  return { stop: async () => clearInterval(timer) };
}

/** Runs the jobs of the outbox, and the clean-up every hour: the first time a minute after the start, which is busy itself. */
export async function startBackground({ engine, deps }: Installation): Promise<BackgroundWork> {
  const worker = await startWorker({ engine, handlers: createHandlers(deps), log: deps.log });
  let cleanUpRun = Promise.resolve();
  const runCleanUp = (): void => {
    cleanUpRun = cleanUp(deps)
      .then(() => engine.vacuum())
      .catch((error: unknown) => {
        deps.log.warn({ err: error }, "The clean-up failed; it runs again in an hour.");
      });
  };
  const sendHeartbeat = (): void => {
    // The jobs report an unreachable database; the next heartbeat follows soon.
    recordHeartbeat(deps.db).catch(() => undefined);
  };
  sendHeartbeat();
  const timers = [
    setTimeout(runCleanUp, minute),
    setInterval(runCleanUp, hour),
    setInterval(sendHeartbeat, heartbeatIntervalMs),
  ];
  return {
    stop: async (timeoutMs) => {
      for (const timer of timers) clearTimeout(timer);
      await Promise.all([worker.stop(timeoutMs), cleanUpRun]);
    },
  };
}
