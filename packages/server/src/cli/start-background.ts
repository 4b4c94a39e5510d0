/** What is done beside answering requests: the outbox's jobs, and cleaning up. */
import type { Deps } from "../deps.ts";
import { deliverInvitation } from "../features/invitations/index.ts";
import { cleanUp } from "../outbox/clean-up.ts";
import type { Handlers } from "../outbox/enqueue.ts";
import { startWorker } from "../outbox/start-worker.ts";
import type { Installation } from "./open-installation.ts";

/** Running in the background. */
export interface Background {
  /** Starts nothing new and waits for what runs, at most `patience` milliseconds. */
  readonly stop: (patience: number) => Promise<void>;
}

const hour = 3_600_000;

/** What each kind of job comes to. */
export function createHandlers(deps: Deps): Handlers {
  return { "invitation-mail": (job, attempt) => deliverInvitation(deps, job, attempt) };
}

/** Works on the outbox, and cleans up now and every hour. */
export async function startBackground({ engine, deps }: Installation): Promise<Background> {
  const worker = await startWorker({ engine, handlers: createHandlers(deps), log: deps.log });
  let cleaning = Promise.resolve();
  const clean = (): void => {
    cleaning = cleanUp(deps).catch((error: unknown) =>
      deps.log.warn({ err: error }, "Cleaning up failed; the next hour tries again."),
    );
  };
  clean();
  const timer = setInterval(clean, hour);
  return {
    stop: async (patience) => {
      clearInterval(timer);
      await Promise.all([worker.stop(patience), cleaning]);
    },
  };
}
