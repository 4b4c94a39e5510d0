/** Seals the audit events of all organizations in the background, in every server and worker. */
import type { Deps } from "../deps.ts";
import { listOrganizationsToSeal, sealCommittedEvents } from "./seal.ts";

/** Running background sealing. */
export interface Sealing {
  /** Seals nothing more, and waits for what is being sealed. */
  readonly stop: () => Promise<void>;
}

/** The part of a logger that it uses. */
interface SealingLog {
  readonly warn: (details: object, message: string) => void;
}

/** How long an event waits for others that are sealed with it. */
const delayMs = 250;
/** Finds events whose notification was lost, such as those of a process that was killed right after its commit. */
const sweepIntervalMs = 5_000;

/**
 * Seals an organization's events a quarter of a second after the notification of a commit, and all organizations' every few
 * seconds. Any number of processes may do so at the same time.
 */
export function startSealing(
  { db, log }: Pick<Deps, "db"> & { readonly log: SealingLog },
  { delay = delayMs, sweepInterval = sweepIntervalMs } = {},
): Sealing {
  const waiting = new Set<string>();
  let isStopped = false;
  let running: Promise<void> | null = null;
  let timer: NodeJS.Timeout | undefined;
  let wasFailing = false;
  const note = (error: unknown): void => {
    if (!wasFailing) log.warn({ err: error }, "Audit events could not be sealed; it is tried again.");
    wasFailing = true;
  };
  const seal = async (): Promise<void> => {
    // Those that are added meanwhile wait like the first ones: otherwise an organization with many writers would be sealed all the time.
    const organizationIds = [...waiting];
    waiting.clear();
    for (const organizationId of organizationIds) {
      if (isStopped) return;
      try {
        await sealCommittedEvents(db, organizationId);
        wasFailing = false;
      } catch (error) {
        note(error);
      }
    }
  };
  const run = (): void => {
    timer = undefined;
    running = seal().finally(() => {
      running = null;
      schedule();
    });
  };
  const schedule = (): void => {
    if (isStopped || running !== null || timer !== undefined || waiting.size === 0) return;
    timer = setTimeout(run, delay);
  };
  const add = (organizationId: string): void => {
    waiting.add(organizationId);
    schedule();
  };
  const sweep = (): void => {
    listOrganizationsToSeal(db).then(
      (ids) => ids.forEach(add),
      () => undefined, // requests report an unreachable database
    );
  };
  const stopListening = db.onChange(add);
  const sweepTimer = setInterval(sweep, sweepInterval);
  sweep();
  return {
    stop: async () => {
      isStopped = true;
      stopListening();
      clearInterval(sweepTimer);
      clearTimeout(timer);
      await running;
    },
  };
}
