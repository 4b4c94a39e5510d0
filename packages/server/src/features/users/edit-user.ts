/** Edits and removes users. */
import { difference } from "@gatehouse/access";
import type { MovedEnd, PermissionChange, UserDetails, UserEdit } from "@gatehouse/sdk/contract";
import { type AuditEntry, record } from "../../audit/record.ts";
import { type Actor, type AuthenticatedActor, toActorReference } from "../../auth/actor.ts";
import { markOwnAccessRevoked } from "../../auth/authority.ts";
import { authorizeRead, authorizeWrite } from "../../auth/authorize-write.ts";
import type { Tx } from "../../db/database.ts";
import type { RowVersion } from "../../db/row-version.ts";
import type { Deps } from "../../deps.ts";
import { preconditionFailed } from "../../errors/api-error.ts";
import { endSessionsWithoutMembership } from "../sessions/index.ts";
import { lastOwner, mapDatabaseError } from "./errors.ts";
import { toUserDetails } from "./get-user.ts";
import {
  type PlannedRole,
  planUserEdit,
  type RequestedEdit,
  removesActiveOwner,
  type UserEditPlan,
} from "./plan-user-edit.ts";
import type { StoredGrant, StoredUser } from "./queries.ts";
import { createReminderJobs } from "./schedule-reminders.ts";
import { findTarget, isSelf } from "./target.ts";
import { deleteUserAtCommit, type UserUpdate, updateUserAtCommit } from "./update-user.ts";

/**
 * Changes the profile, status and roles of a user in one transaction, if the version still matches. Records one audit
 * event for each kind of change. An edit without changes keeps the version and records nothing.
 * @throws ApiError not-found, forbidden/*, roles/unknown, users/role-gone, users/last-owner, precondition/failed
 */
export async function editUser(
  deps: Pick<Deps, "db" | "clock" | "ids" | "enqueue">,
  actor: AuthenticatedActor,
  input: { readonly userId: string; readonly version: RowVersion; readonly edit: UserEdit },
): Promise<{ readonly user: UserDetails; readonly version: RowVersion }> {
  try {
    const { user, readVersion } = await authorizeWrite(deps, actor, (tx, actor) =>
      editUserInTransaction(deps, tx, actor, input),
    );
    return { user: toUserDetails(user, actor.language), version: readVersion() };
  } catch (error) {
    throw mapDatabaseError(error);
  }
}

/** An edit that the commit writes. */
interface WrittenEdit {
  readonly user: StoredUser;
  /** Call it after the transaction. */
  readonly readVersion: () => RowVersion;
}

/**
 * The same with the commit of the caller's transaction. Without a version, the current version is edited. A constraint violation
 * is thrown as the database error; `mapDatabaseError` converts it.
 */
export async function editUserInTransaction(
  deps: Pick<Deps, "clock" | "ids" | "enqueue">,
  tx: Tx,
  actor: Actor,
  input: { readonly userId: string; readonly version?: RowVersion; readonly edit: RequestedEdit },
): Promise<WrittenEdit> {
  const now = deps.clock.now();
  const plan = await planUserEdit(tx, actor, { ...input, now });
  const { version } = plan.before;
  if (input.version !== undefined && version !== input.version) throw preconditionFailed(version);
  return applyUserEdit(deps, tx, actor, plan, now);
}

/**
 * Writes a computed edit with the commit, which fails as a conflict if the user was changed since they were read.
 */
export async function applyUserEdit(
  deps: Pick<Deps, "clock" | "ids" | "enqueue">,
  tx: Tx,
  actor: Actor,
  plan: UserEditPlan,
  now: Date,
): Promise<WrittenEdit> {
  const { before } = plan;
  if (toAuditEntries(plan).length === 0) return { user: before, readVersion: () => before.version };
  const readVersion = updateUserAtCommit(tx, actor.organizationId, toUserUpdate(actor, plan, now));
  await finishEdit(deps, tx, actor, plan, now);
  return { user: applyEdit(actor, plan, now), readVersion };
}

/** What belongs to a written edit: ended sessions, audit events and reminders. */
async function finishEdit(
  deps: Pick<Deps, "clock" | "ids" | "enqueue">,
  tx: Tx,
  actor: Actor,
  plan: UserEditPlan,
  now: Date,
): Promise<void> {
  const { organizationId } = actor;
  const { id: userId, accountId, status } = plan.before;
  if (plan.profile.status === "suspended" && status === "active")
    await endSessionsWithoutMembership(tx, { organizationId, accountIds: [accountId], now });
  await deps.enqueue(tx, createReminderJobs(deps, { organizationId, userId, now }, listGiven(plan)));
  await record(deps, tx, actor, toAuditEntries(plan));
}

function toUserUpdate(actor: Actor, plan: UserEditPlan, now: Date): UserUpdate {
  const { before, profile, kept, moved, added, removed } = plan;
  const { status, ...rest } = profile;
  return {
    id: before.id,
    version: before.version,
    profile: profileChanges(plan).length === 0 ? null : rest,
    status: status === before.status ? null : status,
    roles:
      moved.length + added.length + removed.length === 0
        ? null
        : { keptIds: kept.map(({ id }) => id), given: listGiven(plan) },
    grantedBy: toActorReference(actor),
    now,
  };
}

/** The grants that this edit makes: new ones, and those with another end. */
export function listGiven({ moved, added }: UserEditPlan): readonly PlannedRole[] {
  return [...moved, ...added];
}

/** The changed fields of the profile. */
export function profileChanges({ before, profile }: UserEditPlan): NonNullable<AuditEntry["changes"]> {
  return (["name", "email", "phone", "externalId"] as const)
    .filter((field) => before[field] !== profile[field])
    .map((field) => ({ field, before: before[field], after: profile[field] }));
}

/** One audit event for each kind of change; none for an edit that changes nothing. */
export function toAuditEntries(plan: UserEditPlan): readonly AuditEntry[] {
  const { before, profile, kept, moved, added, removed } = plan;
  const target = { type: "user", id: before.id, name: before.name };
  const changes = profileChanges(plan);
  const entries: AuditEntry[] = [];
  if (changes.length > 0) entries.push({ action: "users.edited", target, changes });
  if (before.status !== profile.status)
    entries.push({
      action: profile.status === "suspended" ? "users.suspended" : "users.restored",
      target,
      changes: [{ field: "status", before: before.status, after: profile.status }],
    });
  if (moved.length + added.length + removed.length > 0) {
    const names = before.grants.map(({ role }) => role.name);
    const after = [...kept, ...moved, ...added];
    const ends = {
      before: toRoleEnds(before.grants.map(({ role, expiresAt }) => ({ name: role.name, expiresAt }))),
      after: toRoleEnds(after),
    };
    entries.push({
      action: "users.roles-changed",
      target,
      changes: [
        ...(added.length + removed.length === 0
          ? []
          : [{ field: "roles", before: names, after: after.map((role) => role.name) } as const]),
        ...(ends.before.length + ends.after.length === 0 ? [] : [{ field: "roleEnds", ...ends } as const]),
      ],
    });
  }
  return entries;
}

/** Roles with an end, as the audit log records them. */
export function toRoleEnds(
  roles: readonly { readonly name: string; readonly expiresAt: Date | null }[],
): readonly { readonly role: string; readonly expiresAt: string }[] {
  return roles.flatMap(({ name, expiresAt }) =>
    expiresAt === null ? [] : { role: name, expiresAt: expiresAt.toISOString() },
  );
}

/** The user after the edit, with the old version. The order of grants is undefined. */
function applyEdit(actor: Actor, plan: UserEditPlan, now: Date): StoredUser {
  const { before, profile, kept } = plan;
  const keptIds = new Set(kept.map((role) => role.id));
  const grants: readonly StoredGrant[] = [
    ...before.grants.filter(({ role }) => keptIds.has(role.id)),
    ...listGiven(plan).map(({ id, name, translations, isOwner, expiresAt }) => ({
      role: { id, name, translations, isOwner, permissions: [] },
      grantedBy: toActorReference(actor),
      grantedAt: now,
      expiresAt,
    })),
  ];
  return { ...before, ...profile, grants };
}

/** The permissions that an edit would add and remove. Changes nothing, and throws the same errors as the edit. */
export async function previewUserEdit(
  deps: Pick<Deps, "db" | "clock">,
  actor: AuthenticatedActor,
  input: { readonly userId: string; readonly edit: UserEdit },
): Promise<PermissionChange> {
  const now = deps.clock.now();
  return authorizeRead(deps, actor, async (tx, actor) => {
    const plan = await planUserEdit(tx, actor, { ...input, now });
    if (plan.before.ownerCount === 1 && removesActiveOwner(plan)) throw lastOwner();
    const { gained, lost } = difference(plan.permissions.before, plan.permissions.after);
    const ends = listMovedEnds(plan);
    return { gained: [...gained], lost: [...lost], ...(ends.length === 0 ? {} : { ends: [...ends] }) };
  });
}

/** The permissions that stay and get another end, in catalogue order. */
function listMovedEnds({ permissions, permissionEnds }: UserEditPlan): readonly MovedEnd[] {
  return difference(permissions.before, permissions.after).unchanged.flatMap((permission) => {
    const before = permissionEnds.before.get(permission)?.toISOString() ?? null;
    const after = permissionEnds.after.get(permission)?.toISOString() ?? null;
    return before === after ? [] : { permission, before, after };
  });
}

/**
 * Removes a user and their grants from the organization. An actor who may remove users may also remove themselves.
 * Sessions end immediately unless the account is an active user of another organization.
 * @throws ApiError not-found, forbidden/grant-ceiling, precondition/failed, users/last-owner
 */
export async function removeUser(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  actor: AuthenticatedActor,
  input: { readonly userId: string; readonly version: RowVersion },
): Promise<void> {
  const { organizationId } = actor;
  try {
    await authorizeWrite(deps, actor, async (tx, actor) => {
      const now = deps.clock.now();
      const { user } = await findTarget(tx, actor, input.userId, now);
      if (user.version !== input.version) throw preconditionFailed(user.version);
      deleteUserAtCommit(tx, organizationId, user);
      if (isSelf(actor, user.id)) markOwnAccessRevoked(tx);
      await endSessionsWithoutMembership(tx, { organizationId, accountIds: [user.accountId], now });
      const changes = [
        { field: "email", before: user.email, after: null },
        { field: "roles", before: user.grants.map(({ role }) => role.name), after: null },
      ] as const;
      const target = { type: "user", id: user.id, name: user.name };
      await record(deps, tx, actor, [{ action: "users.removed", target, changes }]);
    });
  } catch (error) {
    throw mapDatabaseError(error);
  }
}
