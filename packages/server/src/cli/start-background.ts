/** What is done beside answering requests: the outbox's jobs, and cleaning up. */
import { createHandlers } from "../create-handlers.ts";
import { cleanUp } from "../outbox/clean-up.ts";
import { startWorker } from "../outbox/start-worker.ts";
import type { Installation } from "./open-installation.ts";

/** Running in the background. */
export interface Background {
  /** Starts nothing new and waits for what runs, at most `patience` milliseconds. */
  readonly stop: (patience: number) => Promise<void>;
}

const minute = 60_000;
const hour = 60 * minute;

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
  const timers = [setTimeout(clean, minute), setInterval(clean, hour)];
  return {
    stop: async (patience) => {
      for (const timer of timers) clearTimeout(timer);
      await Promise.all([worker.stop(patience), cleaning]);
    },
  };
}
