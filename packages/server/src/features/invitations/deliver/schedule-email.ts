/** When an invitation email may be sent: at most one per address and minute, and ten per day. */

import type { Tx } from "../../../db/database.ts";
import { prepare, sql } from "../../../db/sql.ts";
import { ApiError } from "../../../errors/api-error.ts";
import type { InvitationMailJob } from "../../../jobs/queues.ts";
import type { StoredInvitation } from "../queries.ts";

/** Emails to one address in 24 hours. A check constraint of the table has the same limit. */
export const maxEmailsPerDay = 10;

/**
 * Reserves an email for each address and returns its delay in seconds, usually 0. An address that has reached its daily
 * limit is absent from the result. While an email is delayed, further calls return the same instant: the newer link makes
 * the delayed job obsolete, so one email is sent.
 */
export async function reserveEmails(
  tx: Tx,
  organizationId: string,
  emails: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, number>> {
  if (emails.length === 0) return new Map();
  const { rows } = await tx.query(sql<{ email: string; seconds: number }>`${prepare("reserveEmails")}
    INSERT INTO invitation_mails AS m (organization_id, email, last_mail_at, day_began_at, mails_that_day)
    SELECT ${organizationId}::uuid, e.email, ${now}::timestamptz, ${now}::timestamptz, 1
    FROM unnest(${emails}::text[]) AS e(email) ORDER BY e.email COLLATE "C"
    ON CONFLICT (organization_id, email) DO UPDATE SET
      last_mail_at = CASE WHEN m.last_mail_at > ${now} THEN m.last_mail_at
        ELSE greatest(${now}::timestamptz, m.last_mail_at + interval '1 minute') END,
      day_began_at = CASE WHEN m.day_began_at <= ${now}::timestamptz - interval '1 day' THEN ${now} ELSE m.day_began_at END,
      mails_that_day = CASE WHEN m.day_began_at <= ${now}::timestamptz - interval '1 day' THEN 1
        WHEN m.last_mail_at > ${now} THEN m.mails_that_day ELSE m.mails_that_day + 1 END
    WHERE m.mails_that_day < ${maxEmailsPerDay} OR m.last_mail_at > ${now}
      OR m.day_began_at <= ${now}::timestamptz - interval '1 day'
    RETURNING m.email, greatest(0, ceil(extract(epoch FROM m.last_mail_at - ${now}::timestamptz)))::integer AS seconds`);
  return new Map(rows.map(({ email, seconds }) => [email, seconds]));
}

/**
 * Seconds until an email to the address may be sent. It is checked again at delivery, so that no other way to create a
 * job, such as restoring an invitation, bypasses the limit.
 */
export async function secondsUntilNextEmail(
  tx: Tx,
  organizationId: string,
  email: string,
  now: Date,
): Promise<number> {
  const { rows } = await tx.query(sql<{ seconds: number }>`
    SELECT ceil(extract(epoch FROM last_mail_at - ${now}::timestamptz))::integer AS seconds FROM invitation_mails
    WHERE organization_id = ${organizationId} AND email = ${email} AND last_mail_at > ${now}`);
  return rows[0]?.seconds ?? 0;
}

/** The address has reached its daily limit. */
export function tooManyEmails(email: string): ApiError {
  return new ApiError("invitations/too-many-mails", {
    detail: `${email} got ${maxEmailsPerDay} emails within a day. Copy the link and send it yourself, or try again tomorrow.`,
    params: { email, limit: maxEmailsPerDay },
    retryAfter: 3_600,
  });
}

/** Creates the job that sends the current link, at once or after a delay. A newer link makes it obsolete. */
export function createEmailJob(
  organizationId: string,
  invitation: Pick<StoredInvitation, "id" | "generation">,
  delaySeconds = 0,
): InvitationMailJob {
  return {
    kind: "invitation-mail",
    organizationId,
    invitationId: invitation.id,
    generation: invitation.generation,
    ...(delaySeconds > 0 ? { delaySeconds } : {}),
  };
}
