/** Background work: the jobs of the outbox, the sealing of audit events, the statistics of tables, and the clean-up. */
import { startSealing } from "../audit/start-sealing.ts";
import { startRefreshingStatistics } from "../db/refresh-statistics.ts";
import type { Deps } from "../deps.ts";
import { deliverAccountMail } from "../features/account-recovery/index.ts";
import { onBulkJobRetriesExhausted, runBulkJob } from "../features/bulk-jobs/index.ts";
import { sendGrantReminders } from "../features/grant-reminders/index.ts";
import { onPushRetriesExhausted, runCataloguePush } from "../features/installation-catalogue/index.ts";
import {
  deliverInvitation,
  enqueueMissingEmails,
  onInvitationEmailRetriesExhausted,
} from "../features/invitations/index.ts";
import { onImportRetriesExhausted, runUserImport } from "../features/user-imports/index.ts";
import { sortUsers, sortUsersOfOrganizations } from "../features/users/index.ts";
import { cleanUp } from "../jobs/clean-up.ts";
import { getWorkerState, heartbeatIntervalMs, readOutboxState, recordHeartbeat } from "../jobs/outbox.ts";
import { pauseIfClosed } from "../jobs/paused-jobs.ts";
import type { Handlers, Job } from "../jobs/queues.ts";
import { removeDeletedOrganizations } from "../jobs/remove-organizations.ts";
import { startWorker } from "../jobs/start-worker.ts";
import type { Installation } from "./open-installation.ts";

/** Creates the handlers of every job queue, the dead-letter queue included. */
export function createHandlers(deps: Deps): Handlers {
  // Two jobs for one invitation send one email: the second sees what the first recorded.
  const runExclusively = createKeyedMutex();
  return {
    "invitation-mail": (job, attempt) =>
      runExclusively(job.invitationId, () =>
        unlessPaused(deps, job, () => deliverInvitation(deps, job, attempt)),
      ),
    "account-mail": (job) => deliverAccountMail(deps, job),
    "grant-reminder": (job, attempt) => unlessPaused(deps, job, () => sendGrantReminders(deps, job, attempt)),
    "user-job": (job) => unlessPaused(deps, job, () => runBulkJob(deps, job)),
    "user-import": (job) => unlessPaused(deps, job, () => runUserImport(deps, job)),
    "sort-users": (job) => unlessPaused(deps, job, () => sortUsers(deps, job)),
    "catalogue-push": (job) => runCataloguePush(deps, job),
    "given-up": async (job) => {
      if (job.kind === "user-job") await onBulkJobRetriesExhausted(deps, job);
      if (job.kind === "catalogue-push") await onPushRetriesExhausted(deps, job);
      if (job.kind === "user-import") await onImportRetriesExhausted(deps, job);
      if (job.kind === "invitation-mail") await onInvitationEmailRetriesExhausted(deps, job);
    },
  };
}

/** Runs a job unless its organization is suspended or deleted: then the job waits. */
async function unlessPaused(deps: Deps, job: Job, run: () => Promise<void>): Promise<void> {
  if (!(await pauseIfClosed(deps, job))) await run();
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

async function reportMissingEmails(deps: Deps): Promise<void> {
  const enqueued = await enqueueMissingEmails(deps);
  if (enqueued > 0)
    deps.log.warn({ enqueued }, "Invitations waited for an email without a job: it was enqueued again.");
}

/** Running background work. */
export interface BackgroundWork {
  /** Starts no new jobs and waits for the running ones, at most `timeoutMs`. */
  readonly stop: (timeoutMs: number) => Promise<void>;
}

const minute = 60_000;
const hour = 60 * minute;

/** For a server with WORKER=off: seals audit events, refreshes statistics, checks every minute whether a worker runs, and warns once when none does. */
export function watchForWorker({ engine, deps }: Installation): BackgroundWork {
  const sealing = startSealing(deps);
  const statistics = startRefreshingStatistics(engine);
  let wasMissing = false;
  const check = (): void => {
    readOutboxState(deps.db).then(
      (state) => {
        const isMissing = getWorkerState(state) === "missing";
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
  return {
    stop: async () => {
      clearInterval(timer);
      await Promise.all([sealing.stop(), statistics.stop()]);
    },
  };
}

/**
 * Runs the jobs of the outbox, seals audit events, refreshes statistics, and cleans up every hour: the first time a minute after the start, which
 * is busy itself.
 */
export async function startBackground({ engine, deps }: Installation): Promise<BackgroundWork> {
  const worker = await startWorker({ engine, handlers: createHandlers(deps), log: deps.log });
  const sealing = startSealing(deps);
  const statistics = startRefreshingStatistics(engine);
  let cleanUpRun = Promise.resolve();
  const runCleanUp = (): void => {
    cleanUpRun = removeDeletedOrganizations(deps)
      .then(() => cleanUp(deps))
      .then(() => sortUsersOfOrganizations(deps))
      .then(() => reportMissingEmails(deps))
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
      await Promise.all([worker.stop(timeoutMs), cleanUpRun, statistics.stop()]);
      await sealing.stop(); // the last jobs' events, too
    },
  };
}
