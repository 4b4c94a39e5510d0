/** Computes and authorizes an edit of a user, for the preview and for the edit itself. */
import {
  type CompiledRole,
  compileRole,
  mayChangeRoles,
  type PermissionSet,
  permissionsOfRoles,
  type RoleChangeRefusal,
} from "@gatehouse/access";
import type { UserEdit } from "@gatehouse/sdk/contract";
import type { Actor } from "../../auth/actor.ts";
import { findGrantError } from "../../auth/grant-ceiling.ts";
import { findPermissionEnds, type PermissionEnds } from "../../auth/permission-ends.ts";
import { requirePermission } from "../../auth/require-permission.ts";
import type { Tx } from "../../db/database.ts";
import type { RoleTranslations } from "../../db/role-texts.ts";
import { type ApiError, grantCeilingExceeded } from "../../errors/api-error.ts";
import { findRoles, requireValidEnds, type StoredRole, unknownRoles } from "../roles/index.ts";
import { ownRoles, ownSignIn, requireNoOwner } from "./errors.ts";
import type { StoredUser } from "./queries.ts";
import { compileGranted, findTarget, isSelf, type Target } from "./target.ts";

/** An edit from the API, adding or removing a single role, or another address. */
export interface RequestedEdit extends UserEdit {
  /** Canonical. Only for a user who can't sign in to Gatehouse: otherwise it is the account's. */
  readonly email?: string;
  readonly addedRole?: { readonly id: string; readonly expiresAt: Date | null };
  readonly removeRoleId?: string;
}

/** A role with the end of its grant; null for no end. */
export interface PlannedRole extends CompiledRole {
  readonly translations: RoleTranslations;
  readonly expiresAt: Date | null;
}

/** A user before and after an edit. */
export interface UserEditPlan {
  readonly before: StoredUser;
  readonly profile: Pick<StoredUser, "name" | "email" | "phone" | "externalId" | "status">;
  /** Unchanged grants. */
  readonly kept: readonly PlannedRole[];
  /** Grants that stay and get another end. */
  readonly moved: readonly PlannedRole[];
  readonly added: readonly PlannedRole[];
  readonly removed: readonly PlannedRole[];
  /** Effective permissions, and when they end. */
  readonly permissions: { readonly before: PermissionSet; readonly after: PermissionSet };
  readonly permissionEnds: { readonly before: PermissionEnds; readonly after: PermissionEnds };
}

/**
 * Loads a user and computes an edit.
 * @throws ApiError forbidden/permission, not-found, roles/unknown, request/invalid, forbidden/grant-ceiling,
 *   forbidden/own-roles
 */
export async function planUserEdit(
  tx: Tx,
  actor: Actor,
  input: {
    readonly userId: string;
    readonly edit: RequestedEdit;
    readonly now: Date;
  },
): Promise<UserEditPlan> {
  const { edit, now } = input;
  requireFieldPermissions(actor, edit);
  const wantedIds = readWantedRoles({ ...edit, roleIds: edit.roleIds ?? [] }, new Map()).keys();
  const [target, newRoles] = await Promise.all([
    findTarget(tx, actor, input.userId, now),
    findRoles(tx, actor.organizationId, [...wantedIds]),
  ]);
  return computeUserEdit(actor, target, { edit, now, newRoles });
}

/**
 * Computes an edit of a loaded user. `newRoles` contains the roles of the edit that the user doesn't have yet; one that is
 * absent is unknown.
 * @throws ApiError as `planUserEdit`, except forbidden/permission
 */
export function computeUserEdit(
  actor: Actor,
  target: Target,
  input: { readonly edit: RequestedEdit; readonly now: Date; readonly newRoles: readonly StoredRole[] },
): UserEditPlan {
  const { edit } = input;
  const before = target.user;
  if (edit.status !== undefined && edit.status !== before.status && isSelf(actor, before.id))
    throw ownRoles("status");

  if (edit.email !== undefined && edit.email !== before.email && before.canSignIn)
    throw ownSignIn(before.name);

  const roles = planRoles(actor, before, input);
  if (!before.canSignIn) requireNoOwner([...roles.added, ...roles.moved]);
  requireRoleChange(actor, target, roles);
  const after = [...roles.kept, ...roles.moved, ...roles.added];
  return {
    before,
    profile: {
      name: edit.name ?? before.name,
      email: edit.email ?? before.email,
      phone: edit.phone === undefined ? before.phone : edit.phone,
      externalId: edit.externalId === undefined ? before.externalId : edit.externalId,
      status: edit.status ?? before.status,
    },
    ...roles,
    permissions: {
      before: target.subject.permissions,
      after: permissionsOfRoles(actor.catalogue, after),
    },
    permissionEnds: {
      before: findPermissionEnds(listCurrentRoles(actor, before)),
      after: findPermissionEnds(after),
    },
  };
}

/** Whether the edit removes an active owner. */
export function removesActiveOwner({ before, profile, removed }: UserEditPlan): boolean {
  const wasOwner = before.status === "active" && before.grants.some(({ role }) => role.isOwner);
  return wasOwner && (profile.status === "suspended" || removed.some((role) => role.isOwner));
}

function requireFieldPermissions(actor: Actor, edit: RequestedEdit): void {
  if (edit.name !== undefined || edit.phone !== undefined || edit.externalId !== undefined)
    requirePermission(actor, "users:edit");
  if (edit.status !== undefined) requirePermission(actor, "users:suspend");
  if ([edit.roleIds, edit.roles, edit.addedRole, edit.removeRoleId].some((roles) => roles !== undefined))
    requirePermission(actor, "roles:assign");
}

type PlannedRoles = Pick<UserEditPlan, "kept" | "moved" | "added" | "removed">;

function listCurrentRoles({ catalogue }: Actor, user: StoredUser): readonly PlannedRole[] {
  const compiled = compileGranted(catalogue, user);
  return user.grants.flatMap(({ role: { id, translations }, expiresAt }) => {
    const role = compiled.get(id);
    return role === undefined ? [] : { ...role, translations, expiresAt };
  });
}

function planRoles(
  actor: Actor,
  user: StoredUser,
  { edit, now, newRoles }: Parameters<typeof computeUserEdit>[2],
): PlannedRoles {
  const current = new Map(listCurrentRoles(actor, user).map((role) => [role.id, role]));
  const wanted = readWantedRoles(edit, current);
  const newIds = [...wanted.keys()].filter((id) => !current.has(id));
  const found = newRoles.filter(({ id }) => newIds.includes(id));
  const unknown = newIds.filter((id) => !found.some((role) => role.id === id));
  if (unknown.length > 0) throw unknownRoles(unknown, edit.roles === undefined ? "roleIds" : "roles");
  const added = found.map((role) => ({
    ...compileRole(actor.catalogue, role),
    translations: role.translations,
    expiresAt: wanted.get(role.id) ?? null,
  }));
  const staying = [...current.values()].flatMap((role) => {
    const expiresAt = wanted.get(role.id);
    return expiresAt === undefined ? [] : { ...role, expiresAt };
  });
  const isMoved = ({ id, expiresAt }: PlannedRole): boolean =>
    expiresAt?.getTime() !== current.get(id)?.expiresAt?.getTime();
  if (edit.roles !== undefined) {
    const byId = new Map([...staying, ...added].map((role) => [role.id, role]));
    requireValidEnds(edit.roles, byId, { now, path: "roles" });
  }
  return {
    kept: staying.filter((role) => !isMoved(role)),
    moved: staying.filter(isMoved),
    removed: [...current.values()].filter((role) => !wanted.has(role.id)),
    added,
  };
}

/** The new set of roles, each with its end. Only `roles` moves the end of a role that stays. */
function readWantedRoles(
  { roleIds, roles, addedRole, removeRoleId }: RequestedEdit,
  current: ReadonlyMap<string, { readonly expiresAt: Date | null }>,
): ReadonlyMap<string, Date | null> {
  if (roles !== undefined)
    return new Map(roles.map(({ id, expiresAt }) => [id, expiresAt == null ? null : new Date(expiresAt)]));
  const wanted = new Map(
    [...(roleIds ?? current.keys())].map((id) => [id, current.get(id)?.expiresAt ?? null]),
  );
  if (addedRole !== undefined && !wanted.has(addedRole.id)) wanted.set(addedRole.id, addedRole.expiresAt);
  if (removeRoleId !== undefined) wanted.delete(removeRoleId);
  return wanted;
}

function requireRoleChange(actor: Actor, target: Target, roles: PlannedRoles): void {
  const { moved, added, removed } = roles;
  const decision = mayChangeRoles({
    actor: { userId: actor.ownUserId, permissions: actor.permissions },
    target: { userId: target.user.id, permissions: target.subject.permissions },
    // Another end is given like a new role, and what was granted before is taken away.
    added: [...added, ...moved],
    removed: [...removed, ...moved],
  });
  const [reason] = decision.allowed ? [] : decision.reasons;
  if (reason !== undefined) throw toCeilingError(reason, [...added, ...moved, ...removed], target.user.name);
  for (const { name, permissions, expiresAt } of [...added, ...moved]) {
    const error = findGrantError(actor, { what: `The role ${name}`, permissions, expiresAt });
    if (error !== null) throw error;
  }
}

function toCeilingError(
  reason: RoleChangeRefusal,
  roles: readonly CompiledRole[],
  userName: string,
): ApiError {
  if (reason.reason === "own-roles") return ownRoles("roles");
  const role = roles.find(({ id }) => id === reason.roleId);
  return grantCeilingExceeded(role === undefined ? userName : `The role ${role.name}`, reason.missing);
}
