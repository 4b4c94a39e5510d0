/** What is done beside answering requests: the outbox's jobs, and cleaning up. */
import { createHandlers } from "../create-handlers.ts";
import { cleanUp } from "../outbox/clean-up.ts";
import { heartbeatIntervalMs, isWorkerMissing, noteWorker, readOutboxState } from "../outbox/outbox-state.ts";
import { startWorker } from "../outbox/start-worker.ts";
import type { Installation } from "./open-installation.ts";

/** Running in the background. */
export interface Background {
  /** Starts nothing new and waits for what runs, at most `patience` milliseconds. */
  readonly stop: (patience: number) => Promise<void>;
}

const minute = 60_000;
const hour = 60 * minute;

/** Looks every minute whether a worker runs elsewhere, and says once when none does: for a server with WORKER=off. */
export function watchForWorker({ deps }: Pick<Installation, "deps">): Background {
  let wasMissing = false;
  const look = (): void => {
    readOutboxState(deps.db).then(
      (state) => {
        const isMissing = isWorkerMissing(state);
        if (isMissing && !wasMissing)
          deps.log.warn(
            { dueJobs: state.dueJobs },
            "No worker runs, so no mail is sent. Start one with: gatehouse worker",
          );
        wasMissing = isMissing;
      },
      () => undefined, // requests say it when the database is away
    );
  };
  const timer = setInterval(look, minute);
  return { stop: async () => clearInterval(timer) };
}

/** Works on the outbox, and cleans up every hour: for the first time when whatever begins at the start is done. */
export async function startBackground({ engine, deps }: Installation): Promise<Background> {
  const worker = await startWorker({ engine, handlers: createHandlers(deps), log: deps.log });
  let cleaning = Promise.resolve();
  const clean = (): void => {
    cleaning = cleanUp(deps)
      .then(() => engine.tidy())
      .catch((error: unknown) => {
        deps.log.warn({ err: error }, "Cleaning up failed; it is tried again in an hour.");
      });
  };
  const beat = (): void => {
    // Whatever keeps it from being written is said by the jobs that fail; the next one is near.
    noteWorker(deps.db).catch(() => undefined);
  };
  beat();
  const timers = [
    setTimeout(clean, minute),
    setInterval(clean, hour),
    setInterval(beat, heartbeatIntervalMs),
  ];
  return {
    stop: async (patience) => {
      for (const timer of timers) clearTimeout(timer);
      await Promise.all([worker.stop(patience), cleaning]);
    },
  };
}
