/** How often one address may get a mail about an invitation: once a minute, ten times a day. */
import { sql } from "kysely";
import type { Tx } from "../../database/database.ts";
import { prepared } from "../../database/prepared.ts";
import { Refusal } from "../../http/refusal.ts";

/** Mails to one address in 24 hours. The table's own check holds the same number. */
export const maxMailsPerDay = 10;

/**
 * Reserves a mail for each address and gives the seconds that it has to wait, 0 for most; an address that has had its mails
 * of the day is missing from the answer. Whoever asks again while a mail still waits gets the same moment: the newer link
 * makes the waiting mail void, so one leaves.
 */
export async function reserveMails(
  tx: Tx,
  organizationId: string,
  emails: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, number>> {
  if (emails.length === 0) return new Map();
  const { rows } = await sql<{ email: string; seconds: number }>`${prepared}
    INSERT INTO invitation_mails AS m (organization_id, email, last_mail_at, day_began_at, mails_that_day)
    SELECT ${organizationId}::uuid, e.email, ${now}::timestamptz, ${now}::timestamptz, 1
    FROM unnest(${emails}::text[]) AS e(email) ORDER BY e.email COLLATE "C"
    ON CONFLICT (organization_id, email) DO UPDATE SET
      last_mail_at = CASE WHEN m.last_mail_at > ${now} THEN m.last_mail_at
        ELSE greatest(${now}::timestamptz, m.last_mail_at + interval '1 minute') END,
      day_began_at = CASE WHEN m.day_began_at <= ${now}::timestamptz - interval '1 day' THEN ${now} ELSE m.day_began_at END,
      mails_that_day = CASE WHEN m.day_began_at <= ${now}::timestamptz - interval '1 day' THEN 1
        WHEN m.last_mail_at > ${now} THEN m.mails_that_day ELSE m.mails_that_day + 1 END
    WHERE m.mails_that_day < ${maxMailsPerDay} OR m.last_mail_at > ${now}
      OR m.day_began_at <= ${now}::timestamptz - interval '1 day'
    RETURNING m.email, greatest(0, ceil(extract(epoch FROM m.last_mail_at - ${now}::timestamptz)))::integer AS seconds`.execute(
    tx,
  );
  return new Map(rows.map(({ email, seconds }) => [email, seconds]));
}

/**
 * Seconds until a mail to the address may leave. Asked again when it is sent, so that no way of making a job, such as taking a
 * revocation back, gets round the limit.
 */
export async function secondsUntilMail(
  tx: Tx,
  organizationId: string,
  email: string,
  now: Date,
): Promise<number> {
  const { rows } = await sql<{ seconds: number }>`
    SELECT ceil(extract(epoch FROM last_mail_at - ${now}::timestamptz))::integer AS seconds FROM invitation_mails
    WHERE organization_id = ${organizationId} AND email = ${email} AND last_mail_at > ${now}`.execute(tx);
  return rows[0]?.seconds ?? 0;
}

/** The address has had its mails of the day. */
export function tooManyMails(email: string): Refusal {
  return new Refusal("invitations/too-many-mails", {
    detail: `${email} got ${maxMailsPerDay} mails within a day. Copy the link and send it yourself, or try again tomorrow.`,
    params: { email, limit: maxMailsPerDay },
    retryAfter: 3_600,
  });
}
