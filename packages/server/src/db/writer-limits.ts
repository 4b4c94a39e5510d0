/**
 * Limits concurrent write transactions: per organization, so that one that waits for its own row locks takes no
 * connections from others, and in total, so that reads always get a connection.
 */
import { Semaphore } from "../semaphore.ts";
import { type LimitedRequest, limitedRequests } from "../telemetry/measured-work.ts";
import { DatabaseUnavailable, type UnavailableReason } from "./database.ts";

/** Admits writers. */
export interface WriterLimits {
  /**
   * Runs `work` when a slot is free, in call order per key: an organization, or null outside of all.
   * @throws DatabaseUnavailable after `maxWaitMs`: organization-busy if the others are of the same organization, else busy
   */
  readonly run: <T>(key: string | null, maxWaitMs: number, work: () => Promise<T>) => Promise<T>;
}

/** Most concurrent transactions. */
export interface MaxWriters {
  readonly perOrganization: number;
  /** Outside organizations: sign-ins, sessions, throttles. */
  readonly outside: number;
  readonly total: number;
}

/** Creates the limits, all slots free. */
export function createWriterLimits({ perOrganization, outside, total }: MaxWriters): WriterLimits {
  const all = new Semaphore(total);
  const byKey = new Map<string | null, Semaphore>();
  return {
    run: async (key, maxWaitMs, work) => {
      const own = byKey.get(key) ?? new Semaphore(key === null ? outside : perOrganization);
      byKey.set(key, own);
      const since = performance.now();
      if (!(await own.acquire(maxWaitMs))) throw refuse(key === null ? "busy" : "organization-busy");
      try {
        if (!(await all.acquire(Math.max(0, maxWaitMs - (performance.now() - since))))) throw refuse("busy");
        try {
          return await work();
        } finally {
          all.release();
        }
      } finally {
        own.release();
        if (own.isIdle) byKey.delete(key);
      }
    },
  };
}

function refuse(reason: UnavailableReason): DatabaseUnavailable {
  if (reason === "organization-busy") limitedRequests.publish({ limit: "writers" } satisfies LimitedRequest);
  return new DatabaseUnavailable("Too many changes are waiting for each other.", { reason });
}
