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
import { requirePermission } from "../../auth/require-permission.ts";
import type { Tx } from "../../db/database.ts";
import { type ApiError, grantCeilingExceeded } from "../../errors/api-error.ts";
import { findRoles, unknownRoles } from "../roles/index.ts";
import { ownRoles } from "./errors.ts";
import type { StoredUser } from "./queries.ts";
import { compileGranted, findTarget, isSelf, type Target } from "./target.ts";

/** An edit from the API, or adding or removing a single role. */
export interface RequestedEdit extends UserEdit {
  readonly addRoleId?: string;
  readonly removeRoleId?: string;
}

/** A user before and after an edit. */
export interface UserEditPlan {
  readonly before: StoredUser;
  readonly profile: Pick<StoredUser, "name" | "phone" | "externalId" | "status">;
  readonly kept: readonly CompiledRole[];
  readonly added: readonly CompiledRole[];
  readonly removed: readonly CompiledRole[];
  /** Effective permissions. */
  readonly permissions: { readonly before: PermissionSet; readonly after: PermissionSet };
}

/**
 * Computes an edit.
 * @throws ApiError forbidden/permission, not-found, roles/unknown, forbidden/grant-ceiling, forbidden/own-roles
 */
export async function planUserEdit(
  tx: Tx,
  actor: Actor,
  input: { readonly userId: string; readonly edit: RequestedEdit; readonly now: Date },
): Promise<UserEditPlan> {
  const { edit } = input;
  requireFieldPermissions(actor, edit);
  const target = await findTarget(tx, actor, input.userId, input.now);
  const before = target.user;
  if (edit.status !== undefined && edit.status !== before.status && isSelf(actor, before.id))
    throw ownRoles("status");

  const roles = await planRoles(tx, actor, before, edit);
  requireRoleChange(actor, target, roles);
  return {
    before,
    profile: {
      name: edit.name ?? before.name,
      phone: edit.phone === undefined ? before.phone : edit.phone,
      externalId: edit.externalId === undefined ? before.externalId : edit.externalId,
      status: edit.status ?? before.status,
    },
    ...roles,
    permissions: {
      before: target.subject.permissions,
      after: permissionsOfRoles(actor.catalogue, [...roles.kept, ...roles.added]),
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
  if ([edit.roleIds, edit.addRoleId, edit.removeRoleId].some((roles) => roles !== undefined))
    requirePermission(actor, "roles:assign");
}

type PlannedRoles = Pick<UserEditPlan, "kept" | "added" | "removed">;

async function planRoles(
  tx: Tx,
  actor: Actor,
  before: StoredUser,
  { roleIds, addRoleId, removeRoleId }: RequestedEdit,
): Promise<PlannedRoles> {
  const current = compileGranted(actor.catalogue, before);
  const newSet = new Set(roleIds ?? current.keys());
  if (addRoleId !== undefined) newSet.add(addRoleId);
  if (removeRoleId !== undefined) newSet.delete(removeRoleId);
  const newIds = [...newSet].filter((id) => !current.has(id));
  const found = await findRoles(tx, actor.organizationId, newIds);
  const unknown = newIds.filter((id) => !found.some((role) => role.id === id));
  if (unknown.length > 0) throw unknownRoles(unknown, "roleIds");
  const all = [...current.values()];
  return {
    kept: all.filter((role) => newSet.has(role.id)),
    removed: all.filter((role) => !newSet.has(role.id)),
    added: found.map((role) => compileRole(actor.catalogue, role)),
  };
}

function requireRoleChange(actor: Actor, target: Target, { added, removed }: PlannedRoles): void {
  const decision = mayChangeRoles({
    actor: { userId: actor.ownUserId, permissions: actor.permissions },
    target: { userId: target.user.id, permissions: target.subject.permissions },
    added,
    removed,
  });
  const [reason] = decision.allowed ? [] : decision.reasons;
  if (reason !== undefined) throw toCeilingError(reason, [...added, ...removed], target.user.name);
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
