import { type Delivery, mailFailures } from "@gatehouse/sdk/contract";
import type { Tx } from "../../../db/database.ts";
import { sql } from "../../../db/sql.ts";
import type { Deps } from "../../../deps.ts";
import type { Attempt, InvitationMailJob } from "../../../jobs/queues.ts";
import { recordDurably } from "../../../jobs/record-durably.ts";
import { type MailMessage, MailUnavailable } from "../../../ports/mailer.ts";
import { renderInvitationEmail } from "../email/render-email.ts";
import { getStatus } from "../invitation-state.ts";
import { createLink, createMessageId, createToken } from "../link-token.ts";
import { findInvitation, type InvitationKey, type StoredInvitation, translateRoles } from "../queries.ts";
import { createEmailJob, secondsUntilNextEmail } from "./schedule-email.ts";

type DeliveryDeps = Pick<Deps, "db" | "clock" | "secrets" | "mailer" | "config" | "enqueue">;

/**
 * Handles an outbox job: renders the email from the current data, sends it, and records the result. It may run twice for
 * one job: an email that was recorded as sent isn't sent again, and one that was sent but not recorded has the same
 * Message-ID. A job is ignored when its invitation is no longer pending or has a newer link.
 * @throws MailUnavailable when the email should be sent again later
 */
export async function deliverInvitation(
  deps: DeliveryDeps,
  job: InvitationMailJob,
  attempt: Pick<Attempt, "isLast">,
): Promise<void> {
  const message = await deps.db.tenant(job.organizationId, (tx) => composeEmail(deps, tx, job), {
    system: "loads the invitation of a job",
  });
  if (message === null) return;
  try {
    await recordOutcome(deps, job, await sendEmail(deps, message));
  } catch (error) {
    if (!(error instanceof MailUnavailable)) throw error;
    const delivery = attempt.isLast ? "failed" : deps.mailer.kind === "smtp" ? "queued" : "not-configured";
    await recordOutcome(deps, job, { delivery, error: error.message, sentAt: null });
    if (!attempt.isLast) throw error;
  }
}

/** The email of a job, or null when there is nothing to send. An email that must wait gets another job. */
async function composeEmail(deps: DeliveryDeps, tx: Tx, job: InvitationMailJob): Promise<MailMessage | null> {
  const invitation = await findInvitation(tx, job);
  const organization = await findOrganizationName(tx, job.organizationId);
  if (invitation === null || organization === null) return null;
  if (invitation.generation !== job.generation || invitation.delivery === "sent") return null;
  const status = getStatus(invitation, deps.clock.now());
  if (status === "expired") {
    const error = invitation.deliveryError ?? mailFailures.expired;
    await recordDelivery(tx, job, { generation: job.generation, delivery: "failed", error, sentAt: null });
  }
  if (status !== "pending") return null;
  const seconds = await secondsUntilNextEmail(tx, job.organizationId, invitation.email, deps.clock.now());
  if (seconds === 0) return createMessage(deps, job, invitation, organization);
  await deps.enqueue(tx, [createEmailJob(job.organizationId, invitation, seconds)]);
  return null;
}

function createMessage(
  deps: Pick<DeliveryDeps, "secrets" | "config">,
  job: InvitationMailJob,
  invitation: StoredInvitation,
  organization: string,
): MailMessage {
  const { publicUrl } = deps.config;
  const email = renderInvitationEmail({
    language: invitation.language,
    organization,
    inviter: invitation.invitedBy.type === "user" ? invitation.invitedBy.name : null,
    email: invitation.email,
    roles: translateRoles(invitation.roles, invitation.language),
    message: invitation.message,
    link: createLink(publicUrl, createToken(deps.secrets, job)),
    expiresAt: invitation.expiresAt,
  });
  return { ...email, to: invitation.email, messageId: createMessageId(publicUrl, job) };
}

/** The result of an attempt, without the generation. */
type Outcome = Omit<DeliveryResult, "generation">;

async function sendEmail(deps: DeliveryDeps, message: MailMessage): Promise<Outcome> {
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

async function recordOutcome(deps: DeliveryDeps, job: InvitationMailJob, outcome: Outcome): Promise<void> {
  await recordDurably(() =>
    deps.db.tenant(
      job.organizationId,
      (tx) => recordDelivery(tx, job, { generation: job.generation, ...outcome }),
      { system: "records the result of a delivery" },
    ),
  );
}

/**
 * Sets an email to failed when its last attempt recorded no result, because the process died or the database was
 * unavailable. If that process was only slow and delivers the email later, its result replaces this one.
 */
export async function onInvitationEmailRetriesExhausted(
  deps: Pick<Deps, "db">,
  job: InvitationMailJob,
): Promise<void> {
  const error = mailFailures.interrupted;
  await deps.db.tenant(
    job.organizationId,
    (tx) => recordDeliveryFailure(tx, job, { generation: job.generation, error }),
    { system: "records a failed delivery" },
  );
}

/** The result of one attempt to deliver the email of a generation. */
interface DeliveryResult {
  readonly generation: number;
  readonly delivery: Delivery;
  readonly error: string | null;
  /** When the mail server accepted it; otherwise null. */
  readonly sentAt: Date | null;
}

/** Records an attempt, unless the invitation has a newer link, which has its own email. */
async function recordDelivery(tx: Tx, key: InvitationKey, result: DeliveryResult): Promise<void> {
  await tx.query(sql`
    UPDATE invitations SET delivery = ${result.delivery}, delivery_error = ${result.error}, delivery_tries = delivery_tries + 1,
      last_sent_at = COALESCE(${result.sentAt}::timestamptz, last_sent_at)
    WHERE organization_id = ${key.organizationId} AND invitation_id = ${key.invitationId}
      AND generation = ${result.generation}`);
}

/** Records that a queued email will not be tried again. An earlier error is kept. */
async function recordDeliveryFailure(
  tx: Tx,
  key: InvitationKey,
  { generation, error }: Pick<DeliveryResult, "generation" | "error">,
): Promise<void> {
  await tx.query(sql`
    UPDATE invitations SET delivery = 'failed', delivery_error = COALESCE(delivery_error, ${error})
    WHERE organization_id = ${key.organizationId} AND invitation_id = ${key.invitationId}
      AND generation = ${generation} AND delivery = 'queued'`);
}

async function findOrganizationName(tx: Tx, organizationId: string): Promise<string | null> {
  const { rows } = await tx.query(sql<{ name: string }>`
    SELECT name FROM organizations WHERE organization_id = ${organizationId}`);
  return rows[0]?.name ?? null;
}
