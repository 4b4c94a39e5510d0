import type { UserJobView } from "@gatehouse/sdk/contract";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { notFound } from "../../http/refusal.ts";
import { viewUserJob } from "./job-view.ts";
import { findUserJob } from "./queries.ts";

/**
 * A job and how far it has come.
 * @throws Refusal not-found
 */
export async function getUserJob(
  deps: Pick<Deps, "db">,
  { organizationId }: Actor,
  jobId: string,
): Promise<UserJobView> {
  const job = await deps.db.tenant(organizationId, (tx) => findUserJob(tx, { organizationId, jobId }), {
    readOnly: true,
  });
  if (job === null) throw notFound();
  return viewUserJob(job);
}
