/**
 * How many transactions may write at once: a few of each organization, so that one that waits for a lock in its own rows
 * takes no connection from the others, and not so many in all that nobody can read.
 */
import { DatabaseUnavailable } from "./database.ts";

/** Lets writers in. */
export interface WriterLimits {
  /**
   * Runs `work` when there is room, in the order of the calls of one key: an organization, or null outside of all.
   * @throws DatabaseUnavailable (busy) after `maxWaitMs`
   */
  readonly run: <T>(key: string | null, maxWaitMs: number, work: () => Promise<T>) => Promise<T>;
}

/** Most transactions at once. */
export interface MostWriters {
  readonly perOrganization: number;
  /** Outside organizations: sign-ins, sessions, throttles. */
  readonly outside: number;
  readonly total: number;
}

interface Waiting {
  readonly start: () => void;
}

/** Slots of one kind, given out first come, first served. */
class Slots {
  readonly #most: number;
  readonly #waiting: Waiting[] = [];
  #taken = 0;

  constructor(most: number) {
    this.#most = most;
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
        reject(new DatabaseUnavailable("Too many changes are waiting for each other.", { reason: "busy" }));
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

  /** Hands the slot to the one that waits longest. */
  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#taken -= 1;
    else next.start();
  }
}

/** Makes limits that nobody has used yet. */
export function createWriterLimits({ perOrganization, outside, total }: MostWriters): WriterLimits {
  const all = new Slots(total);
  const byKey = new Map<string | null, Slots>();
  return {
    run: async (key, maxWaitMs, work) => {
      const own = byKey.get(key) ?? new Slots(key === null ? outside : perOrganization);
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
