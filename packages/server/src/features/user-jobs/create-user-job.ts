import { compileRole, mayGive } from "@gatehouse/access";
import { mostJobUsers, type NewUserJob, type UserJobUsers, type UserJobView } from "@gatehouse/sdk/contract";
import { record } from "../../audit/record.ts";
import type { Tx } from "../../database/database.ts";
import { searchWords } from "../../database/search-words.ts";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { overCeiling } from "../../http/common-refusals.ts";
import { notFound } from "../../http/refusal.ts";
import { findRoles, unknownRoles } from "../roles/index.ts";
import { insertUserJob, type JobUsers } from "./insert-user-job.ts";
import { targetOf, viewUserJob } from "./job-view.ts";
import { countOpenJobs, findUserJob, type StoredUserJob } from "./queries.ts";
import { jobsRunning, setChanged, tooMany } from "./refusals.ts";
import { requireRights } from "./rights.ts";

/** Jobs of one organization that may be waiting or running at a time. */
const mostOpen = 5;

/**
 * Starts a change of many users, inside the caller's transaction: the users are those of this moment, and the worker
 * changes them one after the other. What would be refused for everybody is refused here.
 * @throws Refusal forbidden/permission, forbidden/grant-ceiling, roles/unknown, not-found, user-jobs/too-many,
 *   user-jobs/set-changed, busy
 */
export async function createUserJob(
  deps: Pick<Deps, "clock" | "ids" | "enqueue">,
  tx: Tx,
  actor: Actor,
  wanted: NewUserJob,
): Promise<UserJobView> {
  requireRights(actor, wanted.action);
  const { organizationId, type, id: actorId } = actor;
  if (type === "system" || actorId === null) throw new Error("A job needs somebody who answers for it.");
  const createdAt = deps.clock.now();
  const role = "roleId" in wanted ? await requireRole(tx, actor, wanted.roleId) : null;
  const users = await readUsers(tx, actor, wanted.users, createdAt);
  if ((await countOpenJobs(tx, organizationId)) >= mostOpen) throw jobsRunning();
  const job = {
    organizationId,
    id: deps.ids.next(),
    action: wanted.action,
    role,
    createdBy: { type, id: actorId, name: actor.name },
    origin: actor.origin,
    createdAt,
  };
  const total = await insertUserJob(tx, job, users);
  if (total > mostJobUsers) throw tooMany();
  const { expectedTotal = total } = wanted;
  if (expectedTotal !== total) throw setChanged(expectedTotal, total);
  await deps.enqueue(tx, [{ kind: "user-job", organizationId, jobId: job.id, generation: 1 }]);
  await recordStart(deps, tx, actor, { ...job, total });
  const counts = { total, changed: 0, unchanged: 0, refused: 0 };
  return viewUserJob({ ...job, ...counts, status: "queued", generation: 1, finishedAt: null });
}

async function requireRole(tx: Tx, actor: Actor, roleId: string): Promise<StoredUserJob["role"]> {
  const [role] = await findRoles(tx, actor.organizationId, [roleId]);
  if (role === undefined) throw unknownRoles([roleId], "roleId");
  const ceiling = mayGive(actor.permissions, compileRole(actor.catalogue, role).permissions);
  if (!ceiling.allowed) throw overCeiling(`The role ${role.name}`, ceiling.missing);
  return { id: role.id, name: role.name };
}

async function readUsers(tx: Tx, actor: Actor, users: UserJobUsers, now: Date): Promise<JobUsers> {
  const { organizationId } = actor;
  if ("ids" in users) return users;
  if ("changedBy" in users) {
    const earlier = await findUserJob(tx, { organizationId, jobId: users.changedBy });
    if (earlier === null) throw notFound();
    return users;
  }
  const { query, role, status = null } = users.matching;
  const roleIds = role === undefined ? null : [role];
  return { matching: { organizationId, words: searchWords(query), roleIds, status, now } };
}

async function recordStart(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  actor: Actor,
  { id, action, role, total }: Pick<StoredUserJob, "id" | "action" | "role" | "total">,
): Promise<void> {
  const changes = [
    { field: "action", before: null, after: action },
    ...(role === null ? [] : [{ field: "roles", before: null, after: [role.name] } as const]),
    { field: "users", before: null, after: total },
  ] as const;
  await record(deps, tx, actor, [{ action: "user-jobs.started", target: targetOf({ id, role }), changes }]);
}
