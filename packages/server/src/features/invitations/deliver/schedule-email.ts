/** When an invitation email may be sent: at most one per address and minute, and ten per day. */

import type { Tx } from "../../../db/database.ts";
import { prepare, type Statement, sql } from "../../../db/sql.ts";
import { ApiError } from "../../../errors/api-error.ts";
import type { InvitationMailJob } from "../../../jobs/queues.ts";

/** Emails to one address in 24 hours. A check constraint of the table has the same limit. */
export const maxEmailsPerDay = 10;

/**
 * Reserves an email for each address with the commit. `delays` are the seconds until then, as `emailState` returned them, usually 0: if
 * they are others meanwhile, the commit fails as a conflict. While an email is delayed, further reservations are for the same
 * instant: the newer link makes the delayed job obsolete, so one email is sent.
 */
export function reserveAtCommit(
  tx: Pick<Tx, "deferToCommit">,
  organizationId: string,
  delays: ReadonlyMap<string, number>,
  now: Date,
): void {
  tx.deferToCommit(sql`${prepare("reserveEmails")}
    WITH reserved AS (${reservation(organizationId, [...delays.keys()], now)})
    SELECT require_unchanged_authority(${isReservedAsPlanned(delays)})`);
}

/** The part of a statement that reserves an email for each address. */
export function reservation(organizationId: string, emails: readonly string[], now: Date): Statement {
  return sql`
    INSERT INTO invitation_mails AS m (organization_id, email, last_mail_at, day_began_at, mails_that_day)
    SELECT o.organization_id, e.email, ${now}::timestamptz, ${now}::timestamptz, 1
    FROM organizations o CROSS JOIN unnest(${emails}::text[]) AS e(email)
    WHERE o.organization_id = ${organizationId} ORDER BY e.email COLLATE "C"
    ON CONFLICT (organization_id, email) DO UPDATE SET
      last_mail_at = ${nextMailAt(now)},
      day_began_at = CASE WHEN m.day_began_at <= ${dayBefore(now)} THEN ${now} ELSE m.day_began_at END,
      mails_that_day = CASE WHEN m.day_began_at <= ${dayBefore(now)} THEN 1
        WHEN m.last_mail_at > ${now} THEN m.mails_that_day ELSE m.mails_that_day + 1 END
    WHERE ${isMailAllowed(now)}
    RETURNING m.email, ${secondsUntil(sql`m.last_mail_at`, now)} AS seconds`;
}

/** Whether the rows of `reserved`, a `reservation`, have the delays that were planned. */
export function isReservedAsPlanned(delays: ReadonlyMap<string, number>): Statement {
  return sql`NOT EXISTS (
    SELECT FROM unnest(${[...delays.keys()]}::text[], ${[...delays.values()]}::integer[]) AS planned (email, seconds)
    LEFT JOIN reserved r ON r.email = planned.email WHERE r.seconds IS DISTINCT FROM planned.seconds)`;
}

/**
 * When an email may be sent, for a row `m` of `invitation_mails`: in so many seconds; null when the address has reached its
 * daily limit.
 */
export function emailState(now: Date): Statement {
  return sql`CASE WHEN ${isMailAllowed(now)} THEN ${secondsUntil(nextMailAt(now), now)} END`;
}

function nextMailAt(now: Date): Statement {
  return sql`CASE WHEN m.last_mail_at > ${now} THEN m.last_mail_at
    ELSE greatest(${now}::timestamptz, add_minute(m.last_mail_at)) END`;
}

function isMailAllowed(now: Date): Statement {
  return sql`(m.mails_that_day < ${maxEmailsPerDay} OR m.last_mail_at > ${now}
    OR m.day_began_at <= ${dayBefore(now)})`;
}

/** A parameter rather than arithmetic in SQL, which isn't immutable: a day may have 23 hours. */
function dayBefore(now: Date): Statement {
  return sql`${new Date(now.getTime() - 24 * 3_600_000)}::timestamptz`;
}

function secondsUntil(instant: Statement, now: Date): Statement {
  return sql`greatest(0, ceil(extract(epoch FROM ${instant} - ${now}::timestamptz)))::integer`;
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
  invitation: { readonly id: string; readonly generation: number },
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
