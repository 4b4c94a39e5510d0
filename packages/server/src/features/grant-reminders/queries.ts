/** SQL for emails about grants that end. */
import type { ActorReference, Language } from "@gatehouse/sdk/contract";
import type { Tx } from "../../db/database.ts";
import { roleNameKey, roleText } from "../../db/role-texts.ts";
import { sql } from "../../db/sql.ts";
import type { GrantReminderJob } from "../../jobs/queues.ts";

/** A grant that ends, with its role. */
export interface EndingGrant {
  readonly userId: string;
  readonly userName: string;
  readonly role: string;
  readonly description: string;
  readonly grantedBy: ActorReference;
  readonly expiresAt: Date;
}

/** The address and language of a user. */
export interface Recipient {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly language: Language;
}

/** The grants of an active user that end at the job's instant, in name order. */
export async function listEndingGrants(tx: Tx, job: GrantReminderJob): Promise<readonly EndingGrant[]> {
  const { rows } = await tx.query(sql<EndingGrant>`
    SELECT u.user_id AS "userId", u.name AS "userName", r.name AS role, r.description, g.expires_at AS "expiresAt",
      jsonb_build_object('type', g.granted_by_type, 'id', g.granted_by_id, 'name', g.granted_by_name) AS "grantedBy"
    FROM user_roles g
    JOIN users u ON u.organization_id = ${job.organizationId} AND u.user_id = g.user_id AND u.status = 'active'
    JOIN roles r ON r.organization_id = ${job.organizationId} AND r.role_id = g.role_id
    WHERE g.organization_id = ${job.organizationId} AND g.user_id = ${job.userId}
      AND g.expires_at = ${job.expiresAt}::timestamptz
    ORDER BY r.name_key, r.role_id`);
  return rows;
}

/** The active users with these ids, with their accounts' language. */
export async function listRecipients(
  tx: Tx,
  organizationId: string,
  userIds: readonly string[],
): Promise<readonly Recipient[]> {
  const { rows } = await tx.query(sql<Recipient>`
    SELECT u.user_id AS "userId", u.name, u.email, a.language
    FROM users u JOIN accounts a ON a.account_id = u.account_id
    WHERE u.organization_id = ${organizationId} AND u.user_id = ANY(${userIds}::uuid[]) AND u.status = 'active'`);
  return rows;
}

/** Inserts the reminder of a user about their own grants, unless there is one. */
export async function claimOwnReminder(tx: Tx, job: GrantReminderJob): Promise<void> {
  await tx.query(sql`
    INSERT INTO grant_reminders (organization_id, recipient_id, user_id, expires_at, days, email_id)
    VALUES (${job.organizationId}, ${job.userId}, ${job.userId}, ${job.expiresAt}::timestamptz, ${job.days}, ${job.emailId})
    ON CONFLICT DO NOTHING`);
}

/** Locks the users who gave grants, so that concurrent jobs decide one after the other what their emails contain. */
export async function lockGivers(tx: Tx, organizationId: string, giverIds: readonly string[]): Promise<void> {
  await tx.query(sql`
    SELECT FROM users u WHERE u.organization_id = ${organizationId} AND u.user_id = ANY(${giverIds}::uuid[])
    ORDER BY u.user_id FOR NO KEY UPDATE`);
}

/**
 * Inserts the reminders of somebody who gave grants: about all whose reminder is due or will be within a day, so that one email
 * names them all.
 */
export async function claimGivenReminders(
  tx: Tx,
  job: GrantReminderJob,
  giver: { readonly giverId: string; readonly from: Date; readonly until: Date },
): Promise<void> {
  const { giverId, from, until } = giver;
  await tx.query(sql`
    INSERT INTO grant_reminders (organization_id, recipient_id, user_id, expires_at, days, email_id)
    SELECT DISTINCT g.organization_id, ${giverId}::uuid, g.user_id, g.expires_at, ${job.days}::integer, ${job.emailId}
    FROM user_roles g
    JOIN users u ON u.organization_id = ${job.organizationId} AND u.user_id = g.user_id AND u.status = 'active'
    WHERE g.organization_id = ${job.organizationId} AND g.granted_by_type = 'user' AND g.granted_by_id = ${giverId}
      AND g.expires_at > ${from} AND g.expires_at <= ${until}
      AND g.granted_at < g.expires_at - make_interval(days => ${job.days}::integer)
    ORDER BY g.user_id, g.expires_at
    ON CONFLICT DO NOTHING`);
}

/**
 * The current grants that the job's email to a recipient tells about, by their end, with roles in the recipient's language. Empty if the email was sent, or if another
 * email told the recipient about them.
 */
export async function listUnsentGrants(
  tx: Tx,
  job: GrantReminderJob,
  { userId: recipientId, language }: Pick<Recipient, "userId" | "language">,
): Promise<readonly EndingGrant[]> {
  const { rows } = await tx.query(sql<EndingGrant>`
    SELECT u.user_id AS "userId", u.name AS "userName", ${roleText("name", language)} AS role,
      ${roleText("description", language)} AS description, g.expires_at AS "expiresAt",
      jsonb_build_object('type', g.granted_by_type, 'id', g.granted_by_id, 'name', g.granted_by_name) AS "grantedBy"
    FROM grant_reminders m
    JOIN user_roles g ON g.organization_id = ${job.organizationId} AND g.user_id = m.user_id AND g.expires_at = m.expires_at
    JOIN users u ON u.organization_id = ${job.organizationId} AND u.user_id = g.user_id AND u.status = 'active'
    JOIN roles r ON r.organization_id = ${job.organizationId} AND r.role_id = g.role_id
    WHERE m.organization_id = ${job.organizationId} AND m.recipient_id = ${recipientId} AND m.email_id = ${job.emailId}
      AND m.sent_at IS NULL
      AND (m.user_id = m.recipient_id OR g.granted_by_type = 'user' AND g.granted_by_id = m.recipient_id)
    ORDER BY g.expires_at, u.name_key, u.user_id, ${roleNameKey(language)}, r.role_id`);
  return rows;
}

/** Records that the job's email to a recipient needs no further attempt. */
export async function markSent(tx: Tx, job: GrantReminderJob, recipientId: string, now: Date): Promise<void> {
  await tx.query(sql`
    UPDATE grant_reminders SET sent_at = ${now}
    WHERE organization_id = ${job.organizationId} AND recipient_id = ${recipientId} AND email_id = ${job.emailId}`);
}
