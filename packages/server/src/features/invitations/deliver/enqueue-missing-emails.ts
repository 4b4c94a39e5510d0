/** Enqueues the emails of invitations that wait for one and have no job. */
import { closureOfRow } from "../../../auth/organization-closure.ts";
import type { Database } from "../../../db/database.ts";
import { listOrganizationIds } from "../../../db/list-organization-ids.ts";
import { sql } from "../../../db/sql.ts";
import type { Deps } from "../../../deps.ts";
import { deadLetter, type InvitationMailJob } from "../../../jobs/queues.ts";
import { nilUuid } from "../../../ports/ids.ts";
import { createEmailJob } from "./schedule-email.ts";

/** Invitations per statement. */
const defaultBatch = 2_000;

/** An invitation whose email waits to be sent. */
interface QueuedInvitation {
  readonly id: string;
  readonly generation: number;
}

/**
 * Enqueues an email for each pending invitation whose email is queued but has no job, and returns how many. An invitation and its job
 * are committed together, but jobs can be lost afterwards: by a restore of their tables alone, or when the tables of organizations
 * are on other machines than the jobs and one of them stops between two commits. An email that another process sends at the same
 * time is recorded as sent, and the job does nothing.
 */
export async function enqueueMissingEmails(
  { db, clock, enqueue }: Pick<Deps, "db" | "clock" | "enqueue">,
  batch = defaultBatch,
): Promise<number> {
  let enqueued = 0;
  for (const organizationId of await listOrganizationIds(db)) {
    let after = nilUuid;
    let queued: readonly QueuedInvitation[];
    do {
      queued = await findQueued(db, { organizationId, after, batch, now: clock.now() });
      const jobs = await findWithoutJob(db, organizationId, queued);
      if (jobs.length > 0)
        await db.tenant(organizationId, (tx) => enqueue(tx, jobs), {
          system: "enqueues emails whose job was lost",
        });
      enqueued += jobs.length;
      after = queued.at(-1)?.id ?? after;
    } while (queued.length === batch);
  }
  return enqueued;
}

/** Of a closed organization none: its jobs are paused, and enqueued when it is active again. */
async function findQueued(
  db: Pick<Database, "tenant">,
  page: {
    readonly organizationId: string;
    readonly after: string;
    readonly batch: number;
    readonly now: Date;
  },
): Promise<readonly QueuedInvitation[]> {
  const { organizationId, after, batch, now } = page;
  const { rows } = await db.tenant(
    organizationId,
    (tx) =>
      tx.query(sql<QueuedInvitation>`
        SELECT i.invitation_id AS id, i.generation
        FROM organizations o JOIN invitations i ON i.organization_id = ${organizationId}
        WHERE o.organization_id = ${organizationId} AND ${closureOfRow} IS NULL AND i.status = 'pending'
          AND i.delivery = 'queued' AND i.expires_at > ${now} AND i.invitation_id > ${after}::uuid
        ORDER BY i.invitation_id LIMIT ${batch}`),
    { readOnly: true },
  );
  return rows;
}

/**
 * The jobs that are missing. The queues are read after the invitations: a job that was completed in between has sent its email. A
 * dead-lettered job still records the failure.
 */
async function findWithoutJob(
  db: Pick<Database, "shared">,
  organizationId: string,
  queued: readonly QueuedInvitation[],
): Promise<readonly InvitationMailJob[]> {
  if (queued.length === 0) return [];
  const { rows } = await db.shared(
    (tx) =>
      tx.query(sql<{ id: string; generation: string }>`
        SELECT j.data->>'invitationId' AS id, j.data->>'generation' AS generation FROM pgboss.job j
        WHERE j.name IN ('invitation-mail', ${deadLetter}) AND j.state IN ('created', 'retry', 'active')
          AND j.data->>'invitationId' = ANY(${queued.map(({ id }) => id)}::text[])`),
    { readOnly: true },
  );
  const known = new Set(rows.map(({ id, generation }) => `${id} ${generation}`));
  return queued
    .filter(({ id, generation }) => !known.has(`${id} ${generation}`))
    .map((invitation) => createEmailJob(organizationId, invitation));
}
