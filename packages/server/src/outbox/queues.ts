/** The queues of the outbox: one for each kind of job, and one for jobs that were given up. */
import type { Job } from "./enqueue.ts";

/** Where a job comes when its last try failed or broke off, so that somebody is told: see `Handlers`. */
export const givenUp = "given-up";

/** A queue's name. */
export type QueueName = Job["kind"] | typeof givenUp;

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
  /** How long a job may wait for its first try. */
  readonly retentionSeconds: number;
  /** How long finished jobs are kept to look at. */
  readonly deleteAfterSeconds: number;
  readonly deadLetter?: typeof givenUp;
}

const day = 24 * 3600;

/**
 * A mail is tried 13 times: again after some 20 s, then after twice as long, up to a quarter of an hour; two hours in all.
 * A change of many users goes on within seconds of what stopped it, and is given up when nothing worked for half an hour.
 */
export const queues: Readonly<Record<QueueName, QueueSettings>> = {
  // First, because the others name it.
  [givenUp]: {
    retryLimit: 100,
    retryDelay: 15,
    retryDelayMax: 900,
    expireInSeconds: 300,
    heartbeatSeconds: 20,
    retentionSeconds: 31 * day,
    deleteAfterSeconds: 7 * day,
  },
  "invitation-mail": {
    retryLimit: 12,
    retryDelay: 15,
    retryDelayMax: 900,
    expireInSeconds: 300,
    heartbeatSeconds: 20,
    retentionSeconds: 31 * day, // longer than any invitation lives
    deleteAfterSeconds: 7 * day,
    deadLetter: givenUp,
  },
  "user-job": {
    retryLimit: 12,
    retryDelay: 2,
    retryDelayMax: 300,
    expireInSeconds: 300,
    heartbeatSeconds: 20,
    retentionSeconds: 31 * day,
    deleteAfterSeconds: day,
    deadLetter: givenUp,
  },
};

/** The names of all queues. */
export const queueNames = Object.keys(queues) as readonly QueueName[];
