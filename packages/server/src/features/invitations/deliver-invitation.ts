import { setTimeout as wait } from "node:timers/promises";
import { mailFailures } from "@gatehouse/sdk/contract";
import { DatabaseUnavailable, type Tx } from "../../database/database.ts";
import type { Deps } from "../../deps.ts";
import type { Attempt, InvitationMailJob } from "../../outbox/enqueue.ts";
import { type MailMessage, MailUnavailable } from "../../ports/mailer.ts";
import { renderInvitationMail } from "./email.ts";
import { mailJobFor } from "./mail-job.ts";
import { secondsUntilMail } from "./mail-limits.ts";
import {
  type DeliveryNote,
  findInvitation,
  findOrganizationName,
  noteDelivery,
  type StoredInvitation,
} from "./queries.ts";
import { linkFor, messageIdFor, statusOf, tokenFor } from "./rules.ts";

/** What this needs of the server. */
type DeliveryDeps = Pick<Deps, "db" | "clock" | "secrets" | "mailer" | "config" | "enqueue">;

/**
 * The outbox's work on an invitation: renders the mail from what is true now, hands it to the mail server and notes
 * what that said. May run twice for one job: a mail that was noted as sent isn't sent again, and one that was sent but
 * not noted carries the same Message-ID. A job whose invitation is no longer pending, or has a newer link, is void.
 * @throws MailUnavailable when the mail should be tried again
 */
export async function deliverInvitation(
  deps: DeliveryDeps,
  job: InvitationMailJob,
  attempt: Pick<Attempt, "isLast">,
): Promise<void> {
  const message = await deps.db.tenant(job.organizationId, (tx) => compose(deps, tx, job), {
    system: "what becomes of a mail",
  });
  if (message === null) return;
  try {
    await note(deps, job, await handOver(deps, message));
  } catch (error) {
    if (!(error instanceof MailUnavailable)) throw error;
    const delivery = attempt.isLast ? "failed" : deps.mailer.kind === "smtp" ? "queued" : "not-configured";
    await note(deps, job, { delivery, error: error.message, sentAt: null });
    if (!attempt.isLast) throw error;
  }
}

/** The mail of a job, or null when there is nothing to send, or not yet: then another job follows. */
async function compose(deps: DeliveryDeps, tx: Tx, job: InvitationMailJob): Promise<MailMessage | null> {
  const invitation = await findInvitation(tx, job);
  const organization = await findOrganizationName(tx, job.organizationId);
  if (invitation === null || organization === null) return null;
  if (invitation.generation !== job.generation || invitation.delivery === "sent") return null;
  const status = statusOf(invitation, deps.clock.now());
  if (status === "expired") {
    const error = invitation.deliveryError ?? mailFailures.expired;
    await noteDelivery(tx, job, { generation: job.generation, delivery: "failed", error, sentAt: null });
  }
  if (status !== "pending") return null;
  const seconds = await secondsUntilMail(tx, job.organizationId, invitation.email, deps.clock.now());
  if (seconds === 0) return messageFor(deps, job, invitation, organization);
  await deps.enqueue(tx, [mailJobFor(job.organizationId, invitation, seconds)]);
  return null;
}

function messageFor(
  deps: Pick<DeliveryDeps, "secrets" | "config">,
  job: InvitationMailJob,
  invitation: StoredInvitation,
  organization: string,
): MailMessage {
  const { publicUrl } = deps.config;
  const mail = renderInvitationMail({
    language: invitation.language,
    organization,
    inviter: invitation.invitedBy.type === "user" ? invitation.invitedBy.name : null,
    email: invitation.email,
    roles: invitation.roles,
    message: invitation.message,
    link: linkFor(publicUrl, tokenFor(deps.secrets, job)),
    expiresAt: invitation.expiresAt,
  });
  return { ...mail, to: invitation.email, messageId: messageIdFor(publicUrl, job) };
}

/** What a try came to, without the generation that it belongs to. */
type Outcome = Omit<DeliveryNote, "generation">;

async function handOver(deps: DeliveryDeps, message: MailMessage): Promise<Outcome> {
  const outcome = await deps.mailer.send(message);
  switch (outcome.status) {
    case "sent":
      return { delivery: "sent", error: null, sentAt: deps.clock.now() };
    case "written":
      return { delivery: "not-configured", error: null, sentAt: null };
    case "rejected":
      return { delivery: "failed", error: outcome.reason, sentAt: null };
  }
}

/**
 * Writes down what the mail server said. While the database is away it is tried again here: were the job to fail instead, a
 * mail that was taken would be sent a second time.
 */
async function note(deps: DeliveryDeps, job: InvitationMailJob, outcome: Outcome): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await deps.db.tenant(
        job.organizationId,
        (tx) => noteDelivery(tx, job, { generation: job.generation, ...outcome }),
        { system: "what the mail server said" },
      );
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable) || tries === maxNoteTries) throw error;
      await wait(Math.min(100 * 2 ** tries, 5_000));
    }
  }
}

/** About four minutes: just below the time after which the outbox takes a job for lost. */
const maxNoteTries = 50;
