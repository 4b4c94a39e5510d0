/**
 * Limits concurrent write transactions: per organization, so that one that waits for its own row locks takes no
 * connections from others, and in total, so that reads always get a connection.
 */
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

interface Waiting {
  readonly start: () => void;
}

/** Slots of one kind, granted first come, first served. */
class SlotQueue {
  readonly #most: number;
  readonly #reason: UnavailableReason;
  readonly #waiting: Waiting[] = [];
  #taken = 0;

  constructor(most: number, reason: UnavailableReason) {
    this.#most = most;
    this.#reason = reason;
  }

  get isIdle(): boolean {
    return this.#taken === 0 && this.#waiting.length === 0;
  }

  async acquire(maxWaitMs: number): Promise<void> {
    if (this.#taken < this.#most) {
      this.#taken += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(entry), 1);
        const reason = this.#reason;
        if (reason === "organization-busy")
          limitedRequests.publish({ limit: "writers" } satisfies LimitedRequest);
        reject(new DatabaseUnavailable("Too many changes are waiting for each other.", { reason }));
      }, maxWaitMs);
      const entry: Waiting = {
        start: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      this.#waiting.push(entry);
    });
  }

  /** Passes the slot to the longest-waiting caller. */
  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#taken -= 1;
    else next.start();
  }
}

/** Creates the limits, all slots free. */
export function createWriterLimits({ perOrganization, outside, total }: MaxWriters): WriterLimits {
  const all = new SlotQueue(total, "busy");
  const byKey = new Map<string | null, SlotQueue>();
  return {
    run: async (key, maxWaitMs, work) => {
      const own =
        byKey.get(key) ??
        (key === null ? new SlotQueue(outside, "busy") : new SlotQueue(perOrganization, "organization-busy"));
      byKey.set(key, own);
      const since = performance.now();
      await own.acquire(maxWaitMs);
      try {
        await all.acquire(Math.max(0, maxWaitMs - (performance.now() - since)));
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
