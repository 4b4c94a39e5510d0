/** Edits the users of one batch of a job by the rules of a single edit, with a fixed number of statements. */
import type { Actor } from "../../auth/actor.ts";
import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import { ApiError, notFound } from "../../errors/api-error.ts";
import { findRoles, type StoredRole } from "../roles/index.ts";
import {
  computeUserEdit,
  createReminderJobs,
  editManyUsers,
  isSelf,
  lastOwner,
  listGiven,
  lockUsers,
  type RequestedEdit,
  removesActiveOwner,
  requireTarget,
  toAuditEntries,
  type UserEditPlan,
  type UserWithRoleIds,
  withRoles,
} from "../users/index.ts";
import { toRefusedResult } from "./errors.ts";
import type { JobUser, JobUserResult, StoredBulkJob } from "./queries.ts";

/** What decides about the edits of a batch. */
interface Batch {
  readonly job: StoredBulkJob;
  /** The creator with their current permissions. */
  readonly creator: Actor;
  readonly now: Date;
  /** The role of the job and those that its users have, by id. */
  readonly roles: ReadonlyMap<string, StoredRole>;
  /** Plans for users that don't differ in anything that matters. */
  readonly plans: Map<string, UserEditPlan>;
  /** Active owners that the edits so far leave. */
  ownersLeft: number | null;
}

/**
 * Edits the users, and returns the result of each. Edits that the rules refuse are left out. A constraint violation is thrown as
 * the database error, and nothing of the batch may be committed then.
 */
export async function editBatch(
  deps: Pick<Deps, "clock" | "ids" | "enqueue">,
  tx: Tx,
  { job, creator }: Pick<Batch, "job" | "creator">,
  users: readonly JobUser[],
): Promise<readonly JobUserResult[]> {
  const { organizationId } = job;
  const now = deps.clock.now();
  const found = await lockUsers(tx, organizationId, { ids: users.map(({ userId }) => userId), now });
  const roleIds = new Set(found.flatMap(({ grants }) => grants.map(({ roleId }) => roleId)));
  if (job.role !== null) roleIds.add(job.role.id);
  const roles = new Map((await findRoles(tx, organizationId, [...roleIds])).map((role) => [role.id, role]));
  const batch: Batch = { job, creator, now, roles, plans: new Map(), ownersLeft: null };
  const byId = new Map(found.map((user) => [user.id, user]));
  const outcomes = users.map((user) => planOne(batch, user, byId.get(user.userId)));
  const plans = outcomes.flatMap(({ plan }) => plan ?? []);
  await editManyUsers(deps, tx, creator, plans);
  const reminders = plans.flatMap((plan) =>
    createReminderJobs(deps, { organizationId, userId: plan.before.id, now }, listGiven(plan)),
  );
  await deps.enqueue(tx, reminders);
  return outcomes.map(({ result }) => result);
}

interface PlannedUser {
  readonly result: JobUserResult;
  readonly plan?: UserEditPlan;
}

function planOne(batch: Batch, user: JobUser, found: UserWithRoleIds | undefined): PlannedUser {
  const { position, roleExpiresAt } = user;
  // A grant whose end has passed meanwhile is not added again.
  if (roleExpiresAt !== null && roleExpiresAt <= batch.now)
    return { result: { position, outcome: "unchanged", roleExpiresAt } };
  try {
    if (found === undefined) throw notFound();
    const plan = planEdit(batch, user, found);
    requireOwnerLeft(batch, plan);
    const isRemoval = batch.job.action === "remove-role";
    const end = isRemoval ? (plan.removed[0]?.expiresAt ?? null) : roleExpiresAt;
    const isChanged = toAuditEntries(plan).length > 0;
    return { result: { position, outcome: isChanged ? "changed" : "unchanged", roleExpiresAt: end }, plan };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { result: { position, ...toRefusedResult(error) } };
  }
}

/** The plan of an earlier user in the same situation, for this one; a refusal names its user, so it is computed for each. */
function planEdit(batch: Batch, user: JobUser, found: UserWithRoleIds): UserEditPlan {
  const { job, creator, now, roles, plans } = batch;
  const situation = JSON.stringify([
    found.status,
    found.canSignIn,
    isSelf(creator, found.id),
    user.roleExpiresAt,
    found.grants.map(({ roleId, expiresAt }) => [roleId, expiresAt]),
  ]);
  const known = plans.get(situation);
  if (known !== undefined) {
    const { name, email, phone, externalId } = found;
    const before = { ...found, grants: known.before.grants };
    return { ...known, before, profile: { name, email, phone, externalId, status: known.profile.status } };
  }
  const role = job.role === null ? undefined : roles.get(job.role.id);
  const plan = computeUserEdit(creator, requireTarget(creator, withRoles(found, roles), now), {
    edit: toUserEdit(job, user),
    now,
    newRoles: role === undefined ? [] : [role],
  });
  plans.set(situation, plan);
  return plan;
}

/**
 * Counts the owners that the users before have lost. The database decides in the end: it rejects a batch that leaves none.
 * @throws ApiError users/last-owner
 */
function requireOwnerLeft(batch: Batch, plan: UserEditPlan): void {
  if (!removesActiveOwner(plan)) return;
  const left = (batch.ownersLeft ?? plan.before.ownerCount ?? 0) - 1;
  if (left < 1) throw lastOwner();
  batch.ownersLeft = left;
}

function toUserEdit({ action, role }: StoredBulkJob, { roleExpiresAt }: JobUser): RequestedEdit {
  switch (action) {
    case "add-role":
      return { addedRole: { id: role?.id ?? "", expiresAt: roleExpiresAt } };
    case "remove-role":
      return { removeRoleId: role?.id ?? "" };
    case "suspend":
      return { status: "suspended" };
    case "restore":
      return { status: "active" };
  }
}
