/** Jobs of organizations that nobody can use wait until the organization is active again. */
import { closureOfRow, type OrganizationClosure } from "../auth/organization-closure.ts";
import type { Tx } from "../db/database.ts";
import { prepare, sql } from "../db/sql.ts";
import type { Deps } from "../deps.ts";
import type { Job } from "./queues.ts";

type PauseDeps = Pick<Deps, "db" | "clock" | "ids">;

/**
 * Stores a job instead of running it if its organization is closed; true if the job is dealt with. The jobs of an organization that was
 * removed have nothing left to do.
 */
export async function pauseIfClosed(deps: PauseDeps, job: Job): Promise<boolean> {
  if (!("organizationId" in job)) return false;
  const { organizationId } = job;
  const closure = await deps.db.tenant(organizationId, (tx) => findClosure(tx, organizationId, false), {
    readOnly: true,
  });
  if (closure === null) return false;
  return deps.db.tenant(
    organizationId,
    async (tx) => {
      // The lock orders this with the operator, who makes it active again and enqueues what was stored until then.
      const locked = await findClosure(tx, organizationId, true);
      if (locked === null) return false;
      if (locked !== "removed") await storeJob(deps, tx, organizationId, job);
      return true;
    },
    { system: "a worker pauses a job" },
  );
}

async function findClosure(
  tx: Tx,
  organizationId: string,
  locks: boolean,
): Promise<OrganizationClosure | "removed" | null> {
  const { rows } = await tx.query(sql<{ closure: OrganizationClosure | null }>`${prepare("findClosure")}
    SELECT ${closureOfRow} AS closure FROM organizations o
    WHERE o.organization_id = ${organizationId} ${locks ? sql`FOR SHARE` : sql``}`);
  const [row] = rows;
  return row === undefined ? "removed" : row.closure;
}

async function storeJob(deps: PauseDeps, tx: Tx, organizationId: string, job: Job): Promise<void> {
  await tx.query(sql`${prepare("pauseJob")}
    INSERT INTO paused_jobs (organization_id, paused_job_id, job, paused_at)
    VALUES (${organizationId}, ${deps.ids.next()}, ${JSON.stringify(job)}::jsonb, ${deps.clock.now()})`);
}

/** Enqueues the paused jobs of an organization again, with the commit. */
export async function resumeJobs(deps: Pick<Deps, "enqueue">, tx: Tx, organizationId: string): Promise<void> {
  const { rows } = await tx.query(sql<{ job: Job }>`${prepare("resumeJobs")}
    DELETE FROM paused_jobs p WHERE p.organization_id = ${organizationId} RETURNING p.job`);
  const due = rows.map(({ job }) => ("delaySeconds" in job ? { ...job, delaySeconds: 0 } : job));
  await deps.enqueue(tx, due);
}
