/** The queues of the outbox: one for each kind of job. */
import type { Job } from "./enqueue.ts";

/** How a queue's jobs are tried. Seconds. */
export interface QueueSettings {
  /** Tries after the first. */
  readonly retryLimit: number;
  /** Least wait before the second try, up to twice that by chance; doubles with each further one. */
  readonly retryDelay: number;
  readonly retryDelayMax: number;
  /** A batch that takes longer is given to somebody else. */
  readonly expireInSeconds: number;
  /** A worker that is silent for longer is dead: its jobs are given to somebody else. */
  readonly heartbeatSeconds: number;
  /** How long finished jobs are kept to look at. */
  readonly deleteAfterSeconds: number;
}

/** A mail is tried 13 times: again after some 20 s, then after twice as long, up to a quarter of an hour; two hours in all. */
export const queues: { readonly [K in Job["kind"]]: QueueSettings } = {
  "invitation-mail": {
    retryLimit: 12,
    retryDelay: 15,
    retryDelayMax: 900,
    expireInSeconds: 300,
    heartbeatSeconds: 20,
    deleteAfterSeconds: 7 * 24 * 3600,
  },
};

/** The names of all queues. */
export const queueNames = Object.keys(queues) as readonly Job["kind"][];
