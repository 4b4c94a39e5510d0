/** The statement that makes a job with everybody whom it is about. */
import { mostJobUsers } from "@gatehouse/sdk/contract";
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../database/database.ts";
import { everyMatch, type UserFilter } from "../users/index.ts";
import type { StoredUserJob } from "./queries.ts";

/** A job to be stored. */
export type NewUserJobRow = Pick<
  StoredUserJob,
  "organizationId" | "id" | "action" | "role" | "createdBy" | "origin" | "createdAt"
>;

/** Who a job is about, before it is known who that is. */
export type JobUsers =
  | { readonly ids: readonly string[] }
  | { readonly matching: UserFilter }
  | { readonly changedBy: string };

/**
 * Stores a job with its users as they are at this moment, in one statement, and gives their number; stores nothing when
 * they are more than a job may have.
 */
export async function insertUserJob(tx: Tx, job: NewUserJobRow, users: JobUsers): Promise<number> {
  const { organizationId, id, role, createdBy, origin } = job;
  const { rows } = await sql<{ total: number }>`
    WITH found AS MATERIALIZED (${foundBy(organizationId, users)}),
    size AS (SELECT count(*)::integer AS total FROM found),
    job AS (
      INSERT INTO user_jobs (organization_id, job_id, action, role_id, role_name, total, created_by_type,
        created_by_id, created_by_name, origin_ip, origin_user_agent, origin_request_id, created_at)
      SELECT ${organizationId}::uuid, ${id}::uuid, ${job.action}, ${role?.id ?? null}::uuid, ${role?.name ?? null}::text,
        s.total, ${createdBy.type}, ${createdBy.id}::uuid, ${createdBy.name}, ${origin.ip}::text,
        ${origin.userAgent}::text, ${origin.requestId}, ${job.createdAt}::timestamptz
      FROM size s WHERE s.total <= ${mostJobUsers}),
    placed AS (
      INSERT INTO user_job_users (organization_id, job_id, position, user_id, name, email)
      SELECT ${organizationId}::uuid, ${id}::uuid, row_number() OVER (ORDER BY u.name_key, f.user_id), f.user_id,
        u.name, u.email
      FROM found f
        LEFT JOIN users u ON u.organization_id = ${organizationId} AND u.user_id = f.user_id
      WHERE (SELECT s.total FROM size s) <= ${mostJobUsers})
    SELECT s.total FROM size s`.execute(tx);
  return rows[0]?.total ?? 0;
}

function foundBy(organizationId: string, users: JobUsers): RawBuilder<unknown> {
  if ("ids" in users) return sql`SELECT DISTINCT w.user_id FROM unnest(${users.ids}::uuid[]) AS w(user_id)`;
  if ("matching" in users) return everyMatch(users.matching, mostJobUsers + 1);
  return sql`
    SELECT c.user_id FROM user_job_users c
    WHERE c.organization_id = ${organizationId} AND c.job_id = ${users.changedBy} AND c.outcome = 'changed'`;
}
