import type { Tx } from "../database/database.ts";

/** A mail about an invitation. Nothing secret: the link is derived again when the mail is made. */
export interface InvitationMailJob {
  readonly kind: "invitation-mail";
  readonly organizationId: string;
  readonly invitationId: string;
  readonly generation: number;
}

/** What the worker does later. */
export type Job = InvitationMailJob;

/** Puts jobs into the outbox inside the caller's transaction: a rollback leaves none, a commit loses none. */
export type Enqueue = (tx: Tx, jobs: readonly Job[]) => Promise<void>;
