import type { Language } from "@gatehouse/sdk/contract";
import { record } from "../../audit/record.ts";
import type { AuthenticatedActor } from "../../auth/actor.ts";
import { authorizeWrite } from "../../auth/authorize-write.ts";
import { twoFactorDueAt } from "../../auth/security-rules.ts";
import type { Tx } from "../../db/database.ts";
import { named, sql } from "../../db/sql.ts";
import type { Deps } from "../../deps.ts";
import { notFound } from "../../errors/api-error.ts";

const dayMs = 24 * 3_600_000;
/** Emails that one request queues. */
const maxReminders = 5000;

/**
 * Asks a user, or all if `userId` is null, by email to set up two-factor authentication. Left out are users who have it, are
 * suspended, don't sign in to Gatehouse, or were reminded within a day. Returns the number of emails.
 * @throws ApiError not-found
 */
export async function remindTwoFactor(
  deps: Pick<Deps, "db" | "clock" | "ids" | "enqueue">,
  actor: AuthenticatedActor,
  userId: string | null,
): Promise<{ readonly count: number }> {
  const { organizationId } = actor;
  return authorizeWrite(deps, actor, async (tx, actor) => {
    const reminded = await takeReminders(tx, organizationId, { userId, now: deps.clock.now() });
    const [first] = reminded;
    if (first === undefined) {
      if (userId !== null && !(await isUser(tx, organizationId, userId))) throw notFound();
      return { count: 0 };
    }
    await deps.enqueue(
      tx,
      reminded.map(({ email, language, organization, dueAt }) => ({
        kind: "account-mail",
        emailId: deps.ids.next(),
        mail: {
          type: "two-factor-reminder",
          email,
          language,
          organization,
          dueAt: dueAt?.toISOString() ?? null,
        },
      })),
    );
    await record(deps, tx, actor, [
      userId === null
        ? {
            action: "organizations.two-factor-reminders-sent",
            target: { type: "organization", id: organizationId, name: first.organization },
            changes: [{ field: "users", before: null, after: reminded.length }],
          }
        : {
            action: "users.two-factor-reminder-sent",
            target: { type: "user", id: userId, name: first.name },
          },
    ]);
    return { count: reminded.length };
  });
}

/** An email to send. */
interface Reminder {
  readonly name: string;
  readonly email: string;
  readonly language: Language;
  readonly organization: string;
  /** When two factors will be required; null if they aren't. */
  readonly dueAt: Date | null;
}

/** Marks the users as reminded, the longest without a reminder first. Of concurrent requests one reminds each user. */
async function takeReminders(
  tx: Tx,
  organizationId: string,
  { userId, now }: { readonly userId: string | null; readonly now: Date },
): Promise<readonly Reminder[]> {
  const which = userId === null ? sql`true` : sql`w.user_id = ${userId}`;
  const { rows } = await tx.query(sql<Reminder>`${named("takeReminders")}
    WITH reminded AS (
      UPDATE users r SET two_factor_reminded_at = ${now}
      WHERE r.organization_id = ${organizationId} AND r.user_id IN (
        SELECT w.user_id FROM users w
        WHERE w.organization_id = ${organizationId} AND ${which} AND w.status = 'active' AND NOT w.two_factor
          AND (w.two_factor_reminded_at IS NULL OR w.two_factor_reminded_at <= ${new Date(now.getTime() - dayMs)})
          AND EXISTS (SELECT 1 FROM accounts c WHERE c.account_id = w.account_id AND c.email IS NOT NULL)
        ORDER BY w.two_factor_reminded_at NULLS FIRST, w.user_id LIMIT ${maxReminders} FOR NO KEY UPDATE)
      RETURNING r.user_id)
    SELECT u.name, a.email, a.language, o.name AS organization, ${twoFactorDueAt} AS "dueAt"
    FROM reminded m JOIN users u ON u.organization_id = ${organizationId} AND u.user_id = m.user_id
      JOIN accounts a ON a.account_id = u.account_id
      JOIN organizations o ON o.organization_id = ${organizationId}`);
  return rows;
}

async function isUser(tx: Tx, organizationId: string, userId: string): Promise<boolean> {
  const { rows } = await tx.query(sql`
    SELECT 1 FROM users WHERE organization_id = ${organizationId} AND user_id = ${userId}`);
  return rows.length === 1;
}
