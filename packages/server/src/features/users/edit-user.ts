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
import { deleteUser, type StoredGrant, type StoredUser, updateUser } from "./queries.ts";
import { createReminderJobs } from "./schedule-reminders.ts";
import { findTarget, isSelf } from "./target.ts";

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
    const { user } = await authorizeWrite(deps, actor, (tx, actor) =>
      editUserInTransaction(deps, tx, actor, input),
    );
    return { user: toUserDetails(user, actor.language), version: user.version };
  } catch (error) {
    throw mapDatabaseError(error);
  }
}

/**
 * The same inside the caller's transaction. Without a version, the current version is edited. Expected failures are
 * thrown before the first write. A constraint violation is thrown as the database error and aborts the transaction;
 * `mapDatabaseError` converts it.
 */
export async function editUserInTransaction(
  deps: Pick<Deps, "clock" | "ids" | "enqueue">,
  tx: Tx,
  actor: Actor,
  input: {
    readonly userId: string;
    readonly version?: RowVersion;
    readonly edit: RequestedEdit;
    readonly isAuthorized?: boolean;
  },
): Promise<{
  readonly user: StoredUser;
  readonly isChanged: boolean;
  readonly removed: UserEditPlan["removed"];
}> {
  const now = deps.clock.now();
  const plan = await planUserEdit(tx, actor, { ...input, now });
  const { before } = plan;
  if (input.version !== undefined && before.version !== input.version)
    throw preconditionFailed(before.version);
  const entries = toAuditEntries(plan);
  if (entries.length === 0) return { user: before, isChanged: false, removed: [] };
  const version = await writeEdit(tx, actor, plan, now);
  await record(deps, tx, actor, entries);
  const grantee = { organizationId: actor.organizationId, userId: before.id, now };
  await deps.enqueue(tx, createReminderJobs(deps, grantee, listGiven(plan)));
  return { user: { ...applyEdit(actor, plan, now), version }, isChanged: true, removed: plan.removed };
}

async function writeEdit(tx: Tx, actor: Actor, plan: UserEditPlan, now: Date): Promise<RowVersion> {
  const { before, profile, kept, moved, added, removed } = plan;
  const { status, ...rest } = profile;
  const version = await updateUser(tx, actor.organizationId, {
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
  });
  if (version === null) throw preconditionFailed(before.version, 1);
  if (status === "suspended" && before.status === "active")
    await endSessionsWithoutMembership(tx, {
      organizationId: actor.organizationId,
      accountIds: [before.accountId],
      now,
    });
  return version;
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
      if (!(await deleteUser(tx, organizationId, user))) throw preconditionFailed(user.version, 1);
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
