/** The handlers of background jobs. */
import type { Deps } from "./deps.ts";
import { onBulkJobRetriesExhausted, runBulkJob } from "./features/bulk-jobs/index.ts";
import { deliverInvitation, onInvitationEmailRetriesExhausted } from "./features/invitations/index.ts";
import type { Handlers } from "./jobs/queues.ts";

/** Creates the handlers of every job queue, the dead-letter queue included. */
export function createHandlers(deps: Deps): Handlers {
  // Two jobs for one invitation send one email: the second sees what the first recorded.
  const runExclusively = createKeyedMutex();
  return {
    "invitation-mail": (job, attempt) =>
      runExclusively(job.invitationId, () => deliverInvitation(deps, job, attempt)),
    "user-job": (job) => runBulkJob(deps, job),
    "given-up": (job) =>
      job.kind === "user-job"
        ? onBulkJobRetriesExhausted(deps, job)
        : onInvitationEmailRetriesExhausted(deps, job),
  };
}

/** Creates a keyed mutex: work with the same key runs one after the other, other keys in parallel. */
export function createKeyedMutex(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = last.get(key) ?? Promise.resolve();
    const running = before.then(work, work);
    last.set(key, running);
    try {
      return await running;
    } finally {
      if (last.get(key) === running) last.delete(key);
    }
  };
}
