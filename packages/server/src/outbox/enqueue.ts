import type { Tx } from "../database/database.ts";
import type { givenUp } from "./queues.ts";

/** A mail about an invitation. Nothing secret: the link is derived again when the mail is made. */
export interface InvitationMailJob {
  readonly kind: "invitation-mail";
  readonly organizationId: string;
  readonly invitationId: string;
  readonly generation: number;
  /** Seconds that it waits before its first try. */
  readonly delaySeconds?: number;
}

/** A part of a change of many users: what is left of it, as far as one shift comes. */
export interface UserJobMessage {
  readonly kind: "user-job";
  readonly organizationId: string;
  readonly jobId: string;
  /** Rises with each message about the same change: the one before is void. */
  readonly generation: number;
}

/** What the worker does later. A job's kind is the name of its queue. */
export type Job = InvitationMailJob | UserJobMessage;

/** Puts jobs into the outbox inside the caller's transaction: a rollback leaves none, a commit loses none. */
export type Enqueue = (tx: Tx, jobs: readonly Job[]) => Promise<void>;

/** Which try of a job this is. */
export interface Attempt {
  /** 1 for the first. */
  readonly tryNumber: number;
  /** No other will follow. */
  readonly isLast: boolean;
}

/**
 * What to do for each kind of job, and for one that nobody will try again because its last try threw, or ended with its
 * process. Jobs are delivered at least once: one may run twice when a process ended in the middle of it, and one that was
 * given up may yet come to an end in a process that was only slow. A handler that throws is called again later.
 */
export type Handlers = {
  readonly [K in Job["kind"]]: (job: Extract<Job, { kind: K }>, attempt: Attempt) => Promise<void>;
} & { readonly [givenUp]: (job: Job) => Promise<void> };
