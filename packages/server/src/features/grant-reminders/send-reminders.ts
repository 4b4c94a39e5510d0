import { can } from "@gatehouse/access";
import { findAuthority } from "../../auth/authority.ts";
import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import type { Attempt, GrantReminderJob } from "../../jobs/queues.ts";
import { recordDurably } from "../../jobs/record-durably.ts";
import { type MailMessage, MailUnavailable } from "../../ports/mailer.ts";
import { getOrganizationSettings } from "../organizations/index.ts";
import {
  claimGivenReminders,
  claimOwnReminder,
  type EndingGrant,
  listEndingGrants,
  listRecipients,
  listUnsentGrants,
  lockGivers,
  markSent,
  type Recipient,
} from "./queries.ts";
import { renderGivenReminder, renderOwnReminder } from "./reminder-email.ts";

type ReminderDeps = Pick<Deps, "db" | "clock" | "mailer" | "config" | "enqueue" | "log">;

const dayMs = 24 * 3_600_000;

/**
 * Handles an outbox job: tells the user that roles end, and each active user who gave them and may still give roles. One email
 * for each recipient, user, end and number of days, however many jobs ask for it: the row that a job inserts decides. A
 * granter gets one email for all roles that end on the same day. Grants that were removed or have another end by now are left out.
 * @throws MailUnavailable when an email should be sent again later
 */
export async function sendGrantReminders(
  deps: ReminderDeps,
  job: GrantReminderJob,
  attempt: Pick<Attempt, "isLast">,
): Promise<void> {
  const recipientIds = await deps.db.tenant(job.organizationId, (tx) => claimReminders(deps, tx, job), {
    system: "loads the grants of a job",
  });
  let failure: MailUnavailable | null = null;
  for (const recipientId of recipientIds) {
    try {
      await sendReminder(deps, job, recipientId);
    } catch (error) {
      if (!(error instanceof MailUnavailable)) throw error;
      failure = error;
    }
  }
  if (failure === null) return;
  if (!attempt.isLast) throw failure;
  deps.log.warn({ err: failure, userId: job.userId }, "An email before the end of a role could not be sent.");
}

/** Inserts the reminders of a job that is due, and returns who gets an email. */
async function claimReminders(deps: ReminderDeps, tx: Tx, job: GrantReminderJob): Promise<readonly string[]> {
  const now = deps.clock.now();
  const grants = await listEndingGrants(tx, job);
  if (grants.length === 0 || !(await isDue(deps, tx, job, now))) return [];
  await claimOwnReminder(tx, job);
  const givers = await listGivers(tx, job, grants, now);
  await lockGivers(tx, job.organizationId, givers);
  const from = new Date(now.getTime() + minLeftMs(job));
  const until = new Date(now.getTime() + (job.days + 1) * dayMs);
  for (const giverId of givers) await claimGivenReminders(tx, job, { giverId, from, until });
  return [job.userId, ...givers];
}

/** Whether it is time for this email. One that comes too early, by another clock, is scheduled again. */
async function isDue({ enqueue }: ReminderDeps, tx: Tx, job: GrantReminderJob, now: Date): Promise<boolean> {
  const left = Date.parse(job.expiresAt) - now.getTime();
  if (left > job.days * dayMs) {
    await enqueue(tx, [{ ...job, delaySeconds: Math.ceil((left - job.days * dayMs) / 1000) }]);
    return false;
  }
  return left > minLeftMs(job);
}

/** When less time is left, the email isn't sent: after a long stop of the worker, the later one is enough. */
function minLeftMs({ days }: GrantReminderJob): number {
  return days === 7 ? dayMs : 0;
}

/** The users who gave the grants, are active, and could give them again. */
async function listGivers(
  tx: Tx,
  { organizationId }: GrantReminderJob,
  grants: readonly EndingGrant[],
  now: Date,
): Promise<readonly string[]> {
  const ids = new Set(
    grants.flatMap(({ grantedBy: { type, id } }) => (type === "user" && id !== null ? [id] : [])),
  );
  const givers: string[] = [];
  for (const id of ids) {
    const found = await findAuthority(tx, organizationId, { type: "user", id }, now);
    if (found !== null && can(found, "roles:assign")) givers.push(id);
  }
  return givers;
}

async function sendReminder(deps: ReminderDeps, job: GrantReminderJob, recipientId: string): Promise<void> {
  const message = await deps.db.tenant(job.organizationId, (tx) => composeEmail(deps, tx, job, recipientId), {
    system: "loads the grants of a job",
    readOnly: true,
  });
  if (message === null) return;
  await deps.mailer.send(message); // a refusal is final, as a success is
  await recordDurably(() =>
    deps.db.tenant(job.organizationId, (tx) => markSent(tx, job, recipientId, deps.clock.now()), {
      system: "records that an email was sent",
    }),
  );
}

async function composeEmail(
  { config: { publicUrl } }: ReminderDeps,
  tx: Tx,
  job: GrantReminderJob,
  recipientId: string,
): Promise<MailMessage | null> {
  const [recipient] = await listRecipients(tx, job.organizationId, [recipientId]);
  if (recipient === undefined) return null;
  const grants = await listUnsentGrants(tx, job, recipient);
  const endsAt = grants[0]?.expiresAt;
  if (endsAt === undefined) return null;
  const { name: organization } = await getOrganizationSettings(tx, job.organizationId);
  const input = { recipient, organization, publicUrl, endsAt, grants, contacts: [] as readonly Recipient[] };
  const isOwn = recipientId === job.userId;
  const email = isOwn
    ? renderOwnReminder({ ...input, contacts: await listContacts(tx, job, grants) })
    : renderGivenReminder(input);
  const messageId = `<${job.emailId}.${recipientId}@${new URL(publicUrl).hostname}>`;
  return { ...email, to: recipient.email, messageId };
}

/** Who may be asked to give the roles for longer. */
async function listContacts(
  tx: Tx,
  { organizationId }: GrantReminderJob,
  grants: readonly EndingGrant[],
): Promise<readonly Recipient[]> {
  const ids = grants.flatMap(({ grantedBy: { type, id } }) => (type === "user" && id !== null ? [id] : []));
  return listRecipients(tx, organizationId, [...new Set(ids)]);
}
