/** What an edit of a user comes to, and whether the actor may make it: the same answer for the preview and the change. */
import {
  type CompiledRole,
  compileRole,
  mayChangeRoles,
  type PermissionSet,
  permissionsOfRoles,
  type RoleChangeRefusal,
} from "@gatehouse/access";
import type { UserEdit } from "@gatehouse/sdk/contract";
import type { Tx } from "../../database/database.ts";
import type { Actor } from "../../http/actor.ts";
import { overCeiling } from "../../http/common-refusals.ts";
import type { Refusal } from "../../http/refusal.ts";
import { requirePermission } from "../../http/require.ts";
import { findRoles, unknownRoles } from "../roles/index.ts";
import type { StoredUser } from "./queries.ts";
import { ownRoles } from "./refusals.ts";
import { compileGranted } from "./subject.ts";
import { findTarget, isSelf, type Target } from "./target.ts";

/** What is wanted of a user: as the API has it, or one role more or fewer, whatever else they hold. */
export interface WantedEdit extends UserEdit {
  readonly addRoleId?: string;
  readonly removeRoleId?: string;
}

/** A user before and after an edit. */
export interface PlannedEdit {
  readonly before: StoredUser;
  readonly profile: Pick<StoredUser, "name" | "phone" | "externalId" | "status">;
  readonly kept: readonly CompiledRole[];
  readonly added: readonly CompiledRole[];
  readonly removed: readonly CompiledRole[];
  /** Effective permissions. */
  readonly permissions: { readonly before: PermissionSet; readonly after: PermissionSet };
}

/**
 * Works out an edit.
 * @throws Refusal forbidden/permission, not-found, roles/unknown, forbidden/grant-ceiling, forbidden/own-roles
 */
export async function planEdit(
  tx: Tx,
  actor: Actor,
  input: { readonly userId: string; readonly edit: WantedEdit; readonly now: Date },
): Promise<PlannedEdit> {
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

/** Whether the edit would take an active owner away. */
export function endsOwnership({ before, profile, removed }: PlannedEdit): boolean {
  const wasOwner = before.status === "active" && before.grants.some(({ role }) => role.isOwner);
  return wasOwner && (profile.status === "suspended" || removed.some((role) => role.isOwner));
}

function requireFieldPermissions(actor: Actor, edit: WantedEdit): void {
  if (edit.name !== undefined || edit.phone !== undefined || edit.externalId !== undefined)
    requirePermission(actor, "users:edit");
  if (edit.status !== undefined) requirePermission(actor, "users:suspend");
  if ([edit.roleIds, edit.addRoleId, edit.removeRoleId].some((roles) => roles !== undefined))
    requirePermission(actor, "roles:assign");
}

type PlannedRoles = Pick<PlannedEdit, "kept" | "added" | "removed">;

async function planRoles(
  tx: Tx,
  actor: Actor,
  before: StoredUser,
  { roleIds, addRoleId, removeRoleId }: WantedEdit,
): Promise<PlannedRoles> {
  const held = compileGranted(actor.catalogue, before);
  const wanted = new Set(roleIds ?? held.keys());
  if (addRoleId !== undefined) wanted.add(addRoleId);
  if (removeRoleId !== undefined) wanted.delete(removeRoleId);
  const newIds = [...wanted].filter((id) => !held.has(id));
  const found = await findRoles(tx, actor.organizationId, newIds);
  const unknown = newIds.filter((id) => !found.some((role) => role.id === id));
  if (unknown.length > 0) throw unknownRoles(unknown, "roleIds");
  const all = [...held.values()];
  return {
    kept: all.filter((role) => wanted.has(role.id)),
    removed: all.filter((role) => !wanted.has(role.id)),
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
  if (reason !== undefined) throw refusalFor(reason, [...added, ...removed], target.user.name);
}

function refusalFor(reason: RoleChangeRefusal, roles: readonly CompiledRole[], userName: string): Refusal {
  if (reason.reason === "own-roles") return ownRoles("roles");
  const role = roles.find(({ id }) => id === reason.roleId);
  return overCeiling(role === undefined ? userName : `The role ${role.name}`, reason.missing);
}
