/** Deletes expired rows. Expiry is also checked at use: this only saves space. */

import { isIdle, isSessionOpen } from "../auth/session-limits.ts";
import type { Database } from "../db/database.ts";
import { listOrganizationIds } from "../db/list-organization-ids.ts";
import { sql } from "../db/sql.ts";
import type { Clock } from "../ports/clock.ts";

const day = 24 * 3_600_000;
/** Rows per statement: few enough that nobody waits long for row locks. */
const batch = 5_000;

const asCleanUp = { system: "deletes expired rows" } as const;

/**
 * Deletes ended sessions with their panel sessions, after a month also why they ended, expired throttles, challenges and
 * set-up links, links to accounts a month after their end, sign-ins after 90 days, stored idempotent responses, uploaded files after
 * a day, and bulk jobs and imports that ended a month ago.
 */
export async function cleanUp({
  db,
  clock,
}: {
  readonly db: Database;
  readonly clock: Clock;
}): Promise<void> {
  const now = clock.now();
  const statements = [
    sql`DELETE FROM sessions WHERE token_hash IN (SELECT s.token_hash FROM sessions s
        WHERE NOT (${isSessionOpen(now, isIdle(now))}) LIMIT ${batch})`,
    sql`DELETE FROM ended_sessions WHERE token_hash IN (SELECT token_hash FROM ended_sessions
        WHERE ended_at <= ${new Date(now.getTime() - 30 * day)} LIMIT ${batch})`,
    sql`DELETE FROM throttles WHERE bucket IN (SELECT bucket FROM throttles WHERE expires_at <= ${now} LIMIT ${batch})`,
    sql`DELETE FROM sign_in_challenges WHERE token_hash IN (SELECT token_hash FROM sign_in_challenges
        WHERE expires_at <= ${now} LIMIT ${batch})`,
    sql`DELETE FROM used_challenges WHERE challenge_hash IN (SELECT challenge_hash FROM used_challenges
        WHERE expires_at <= ${now} LIMIT ${batch})`,
    sql`DELETE FROM sign_ins WHERE sign_in_id IN (SELECT sign_in_id FROM sign_ins
        WHERE at <= ${new Date(now.getTime() - 90 * day)} LIMIT ${batch})`,
    sql`DELETE FROM operator_requests WHERE key_hash IN (SELECT key_hash FROM operator_requests
        WHERE created_at <= ${new Date(now.getTime() - day)} LIMIT ${batch})`,
    sql`DELETE FROM setup_tokens WHERE expires_at <= ${now}`,
    // A month later: until then the link says why it no longer works.
    sql`DELETE FROM account_links WHERE token_hash IN (SELECT token_hash FROM account_links
        WHERE expires_at <= ${new Date(now.getTime() - 30 * day)} LIMIT ${batch})`,
  ];
  for (const statement of statements) {
    let removed = batch;
    while (removed === batch) {
      removed = (await db.shared((tx) => tx.query(statement), asCleanUp)).rowCount;
    }
  }
  await cleanUpOrganizations(db, now); // last: it looks for deleted sessions
}

async function cleanUpOrganizations(db: Database, now: Date): Promise<void> {
  const [dayAgo, monthAgo] = [new Date(now.getTime() - day), new Date(now.getTime() - 30 * day)];
  for (const id of await listOrganizationIds(db)) {
    await db.tenant(
      id,
      (tx) =>
        tx.query(sql`DELETE FROM idempotency_keys WHERE organization_id = ${id} AND created_at <= ${dayAgo}`),
      asCleanUp,
    );
    await db.tenant(
      id,
      (tx) =>
        tx.query(sql`DELETE FROM panel_sessions p WHERE p.organization_id = ${id}
          AND (p.token_hash IS NULL AND p.code_expires_at <= ${now}
            OR NOT EXISTS (SELECT FROM sessions s WHERE s.token_hash = p.session_hash))`),
      asCleanUp,
    );
    await db.tenant(
      id,
      (tx) =>
        tx.query(sql`DELETE FROM session_uses x WHERE x.organization_id = ${id}
            AND NOT EXISTS (SELECT FROM sessions s WHERE s.token_hash = x.session_hash)`),
      asCleanUp,
    );
    await db.tenant(
      id,
      (tx) =>
        tx.query(sql`DELETE FROM invitation_mails WHERE organization_id = ${id} AND last_mail_at <= ${dayAgo}
          AND day_began_at <= ${dayAgo}`),
      asCleanUp,
    );
    await db.tenant(
      id,
      (tx) =>
        tx.query(
          sql`DELETE FROM grant_reminders WHERE organization_id = ${id} AND expires_at <= ${monthAgo}`,
        ),
      asCleanUp,
    );
    await cleanUpUserJobs(db, id, monthAgo);
    await cleanUpImports(db, id, { dayAgo, monthAgo });
  }
}

/** Parts and rows first, in batches: an import may have very many. */
async function cleanUpImports(
  db: Database,
  id: string,
  { dayAgo, monthAgo }: { readonly dayAgo: Date; readonly monthAgo: Date },
): Promise<void> {
  // An upload that nobody started is over; its file is not needed by an import that has work left.
  await db.tenant(
    id,
    (tx) =>
      tx.query(sql`UPDATE user_imports SET status = 'cancelled', finished_at = created_at
        WHERE organization_id = ${id} AND status IN ('uploaded', 'checked') AND created_at <= ${dayAgo}`),
    asCleanUp,
  );
  const old = sql`SELECT i.import_id FROM user_imports i
    WHERE i.organization_id = ${id} AND COALESCE(i.finished_at, i.created_at) <= ${monthAgo}`;
  const ended = sql`SELECT i.import_id FROM user_imports i
    WHERE i.organization_id = ${id} AND i.status NOT IN ('uploaded', 'checking', 'checked', 'running')`;
  const statements = [
    sql`DELETE FROM user_import_parts WHERE organization_id = ${id} AND (import_id, number) IN (
        SELECT p.import_id, p.number FROM user_import_parts p
        WHERE p.organization_id = ${id} AND p.import_id IN (${ended}) LIMIT ${batch})`,
    sql`DELETE FROM user_import_rows WHERE organization_id = ${id} AND (import_id, line) IN (
        SELECT r.import_id, r.line FROM user_import_rows r
        WHERE r.organization_id = ${id} AND r.import_id IN (${old}) LIMIT ${batch})`,
    sql`DELETE FROM user_imports WHERE organization_id = ${id} AND import_id IN (${old})`,
  ];
  for (const statement of statements) {
    let removed = batch;
    while (removed >= batch) removed = (await db.tenant(id, (tx) => tx.query(statement), asCleanUp)).rowCount;
  }
}

/** Users first, in batches: a job may have very many. */
async function cleanUpUserJobs(db: Database, id: string, before: Date): Promise<void> {
  const old = sql`SELECT job_id FROM user_jobs WHERE organization_id = ${id} AND finished_at <= ${before}`;
  let removed = batch;
  while (removed === batch) {
    const some = sql`
      DELETE FROM user_job_users WHERE organization_id = ${id} AND (job_id, position) IN (
        SELECT job_id, position FROM user_job_users
        WHERE organization_id = ${id} AND job_id IN (${old}) LIMIT ${batch})`;
    removed = (await db.tenant(id, (tx) => tx.query(some), asCleanUp)).rowCount;
  }
  await db.tenant(
    id,
    (tx) => tx.query(sql`DELETE FROM user_jobs WHERE organization_id = ${id} AND job_id IN (${old})`),
    asCleanUp,
  );
}
