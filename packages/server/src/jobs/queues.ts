/** Kinds of background jobs, their queues, and how they are enqueued and handled. */
import type { Language } from "@gatehouse/sdk/contract";
import type { Tx } from "../db/database.ts";

/** An invitation email. Contains no secret: the link is derived again when the email is composed. */
export interface InvitationMailJob {
  readonly kind: "invitation-mail";
  readonly organizationId: string;
  readonly invitationId: string;
  readonly generation: number;
  /** Seconds before the first attempt. */
  readonly delaySeconds?: number;
}

/** Work on a bulk job: what remains of it, for up to one time slice. */
export interface UserJobMessage {
  readonly kind: "user-job";
  readonly organizationId: string;
  readonly jobId: string;
  /** Increases with each message of the same job: earlier ones are void. */
  readonly generation: number;
}

/** Work on an import: what remains of it, for up to one time slice. */
export interface UserImportMessage {
  readonly kind: "user-import";
  readonly organizationId: string;
  readonly importId: string;
  /** Increases with each message of the same import: earlier ones are void. */
  readonly generation: number;
}

/** Emails about the grants of a user that end at one instant, some days before. */
export interface GrantReminderJob {
  readonly kind: "grant-reminder";
  readonly organizationId: string;
  readonly userId: string;
  readonly expiresAt: string;
  readonly days: 7 | 1;
  /** The email, if this job is the first to ask for it: the same in every attempt. */
  readonly emailId: string;
  /** Seconds before the first attempt. */
  readonly delaySeconds?: number;
}

/** Computes again what the users of an organization are sorted by: its language has changed. */
export interface SortUsersJob {
  readonly kind: "sort-users";
  readonly organizationId: string;
  /** The second finds users who were being created during the first. */
  readonly pass: 1 | 2;
  /** Seconds before the first attempt. */
  readonly delaySeconds?: number;
}

/** What happened to the second factors of an account. */
export type SecondFactorChange =
  | { readonly kind: "totp-added" }
  /** Another app takes the place of the one before. */
  | { readonly kind: "totp-replaced" }
  | { readonly kind: "totp-removed" }
  | { readonly kind: "recovery-codes-created" }
  /** `name`: what the person calls the passkey. */
  | { readonly kind: "passkey-added"; readonly name: string }
  | { readonly kind: "passkey-removed"; readonly name: string }
  | { readonly kind: "recovery-code-used"; readonly left: number }
  /** All were removed: by an access manager of this organization, or null for the operator of the server. */
  | { readonly kind: "removed-for-you"; readonly organization: string | null };

/** An email about something that the owner of an account may not have done: it has a link to report that. */
export type AccountNotice = {
  readonly accountId: string;
  readonly email: string;
  readonly language: Language;
  readonly at: string;
  /** A report removes second factors that were added then or later: when the session that acted was opened. */
  readonly since: string;
} & (
  | { readonly type: "password-changed" }
  | { readonly type: "second-factor"; readonly change: SecondFactorChange }
  | {
      readonly type: "new-device";
      readonly ip: string | null;
      readonly userAgent: string | null;
      readonly isNewNetwork: boolean;
    }
);

/** What an email to the owner of an account is about. `email` is its recipient. */
export type AccountMail =
  /** Sends a link, if the address has an account. `organization` when one of its user managers asked for it. */
  | {
      readonly type: "password-reset";
      readonly email: string;
      readonly expiresAt: string;
      readonly organization: string | null;
    }
  | AccountNotice
  /** From an organization. `dueAt`: when it requires two factors; null if it doesn't. */
  | {
      readonly type: "two-factor-reminder";
      readonly email: string;
      readonly language: Language;
      readonly organization: string;
      readonly dueAt: string | null;
    }
  /** To the new address. */
  | {
      readonly type: "confirm-email";
      readonly email: string;
      readonly language: Language;
      readonly expiresAt: string;
    }
  /** To the old address. */
  | {
      readonly type: "undo-email";
      readonly email: string;
      readonly newEmail: string;
      readonly language: Language;
      readonly expiresAt: string;
    };

/** An email about an account. Contains no secret: the link is derived from `emailId` when the email is composed. */
export interface AccountMailJob {
  readonly kind: "account-mail";
  /** Of the email and its link: the same in every attempt. */
  readonly emailId: string;
  readonly mail: AccountMail;
}

/** Applies the installation's catalogue to the organizations that don't have it yet, for up to one time slice. */
export interface CataloguePushJob {
  readonly kind: "catalogue-push";
  /** Of the installation's catalogue: a later push ends this one. Null for the last one, whichever it is. */
  readonly version: number | null;
}

/** A background job. Its kind is the name of its queue. */
export type Job =
  | InvitationMailJob
  | AccountMailJob
  | UserJobMessage
  | UserImportMessage
  | GrantReminderJob
  | SortUsersJob
  | CataloguePushJob;

/** Enqueues jobs with the commit of the caller's transaction: a rollback enqueues none, a commit loses none. */
export type Enqueue = (tx: Pick<Tx, "deferToCommit">, jobs: readonly Job[]) => Promise<void>;

/** The data of a job with the trace that it belongs to: a W3C `traceparent`, when traces are recorded. */
export function addTraceparent(
  job: Job,
  traceparent: string | null,
): Job & { readonly traceparent?: string } {
  return traceparent === null ? job : { ...job, traceparent };
}

/** The `traceparent` of `addTraceparent`; null without one. */
export function readTraceparent(job: Job): string | null {
  return "traceparent" in job && typeof job.traceparent === "string" ? job.traceparent : null;
}

/** The attempt of a job. */
export interface Attempt {
  /** 1 for the first. */
  readonly tryNumber: number;
  /** No further attempt follows. */
  readonly isLast: boolean;
}

/**
 * The handler of each kind of job, and of the dead-letter queue, for jobs whose last attempt threw or died with its
 * process. Jobs are delivered at least once: one may run twice when a process died during it, and a dead-lettered job
 * may still finish in a slow process. A handler that throws is retried later.
 */
export type Handlers = {
  readonly [K in Job["kind"]]: (job: Extract<Job, { kind: K }>, attempt: Attempt) => Promise<void>;
} & { readonly [deadLetter]: (job: Job) => Promise<void> };

/** The dead-letter queue, for jobs whose last attempt failed or died: see `Handlers`. */
export const deadLetter = "given-up";

/** A queue's name. */
export type QueueName = Job["kind"] | typeof deadLetter;

/** Retry settings of a queue. Seconds. */
export interface QueueSettings {
  /** Retries after the first attempt. */
  readonly retryLimit: number;
  /** Shortest wait before the first retry, up to twice that with jitter; doubles with each further one. */
  readonly retryDelay: number;
  readonly retryDelayMax: number;
  /** A batch that takes longer is given to another worker. */
  readonly expireInSeconds: number;
  /** A worker without a heartbeat for longer counts as dead: its jobs are given to another. */
  readonly heartbeatSeconds: number;
  /** How long a job may wait for its first attempt. */
  readonly retentionSeconds: number;
  /** How long finished jobs are kept for inspection. */
  readonly deleteAfterSeconds: number;
  readonly deadLetter?: typeof deadLetter;
}

const day = 24 * 3600;

/**
 * An email is attempted 13 times: again after some 20 s, then after twice as long, up to a quarter of an hour; two
 * hours in all. A bulk job, an import or a push of the catalogue continues within seconds of what stopped it, and is dead-lettered when nothing worked for
 * half an hour.
 */
export const queues: Readonly<Record<QueueName, QueueSettings>> = {
  // First, because the others name it.
  [deadLetter]: {
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
    deadLetter: deadLetter,
  },
  "account-mail": {
    retryLimit: 12,
    retryDelay: 15,
    retryDelayMax: 900,
    expireInSeconds: 300,
    heartbeatSeconds: 20,
    retentionSeconds: 8 * day, // longer than any of its links works
    deleteAfterSeconds: 3600, // the addresses of people without an account are among them
    deadLetter: deadLetter,
  },
  "grant-reminder": {
    retryLimit: 12,
    retryDelay: 15,
    retryDelayMax: 900,
    expireInSeconds: 300,
    heartbeatSeconds: 20,
    retentionSeconds: 8 * day, // after the grant has ended, it sends nothing
    deleteAfterSeconds: 7 * day,
    deadLetter: deadLetter,
  },
  "user-job": {
    retryLimit: 12,
    retryDelay: 2,
    retryDelayMax: 300,
    expireInSeconds: 300,
    heartbeatSeconds: 20,
    retentionSeconds: 31 * day,
    deleteAfterSeconds: day,
    deadLetter: deadLetter,
  },
  "user-import": {
    retryLimit: 12,
    retryDelay: 2,
    retryDelayMax: 300,
    expireInSeconds: 300,
    heartbeatSeconds: 20,
    retentionSeconds: 31 * day,
    deleteAfterSeconds: day,
    deadLetter: deadLetter,
  },
  "sort-users": {
    retryLimit: 12,
    retryDelay: 2,
    retryDelayMax: 300,
    expireInSeconds: 900, // a million users
    heartbeatSeconds: 20,
    retentionSeconds: 31 * day,
    deleteAfterSeconds: day,
    deadLetter: deadLetter, // the clean-up sorts them then
  },
  "catalogue-push": {
    retryLimit: 12,
    retryDelay: 2,
    retryDelayMax: 300,
    expireInSeconds: 300,
    heartbeatSeconds: 20,
    retentionSeconds: 31 * day,
    deleteAfterSeconds: day,
    deadLetter: deadLetter,
  },
};

/** The names of all queues. */
export const queueNames = Object.keys(queues) as readonly QueueName[];
