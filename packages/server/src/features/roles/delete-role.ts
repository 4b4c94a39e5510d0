import { compileRole, mayGive } from "@gatehouse/access";
import { type AuditChange, type AuditEntry, record } from "../../audit/record.ts";
import { type Actor, type AuthenticatedActor, toActorReference } from "../../auth/actor.ts";
import { authorizeWrite } from "../../auth/authorize-write.ts";
import type { Tx } from "../../db/database.ts";
import type { RowVersion } from "../../db/row-version.ts";
import type { Deps } from "../../deps.ts";
import { ApiError, notFound } from "../../errors/api-error.ts";
import { grantCeilingExceeded, preconditionFailed } from "../../errors/common-errors.ts";
import {
  addReplacementToInvitations,
  grantReplacement,
  hasRole,
  listUsersWithRole,
  lockUsersWithRole,
  type RoleQuery,
  type UserWithRole,
  unassignRole,
} from "./assignment-queries.ts";
import { inUse, ownRole, systemRole, unknownRoles } from "./errors.ts";
import {
  type CountedRole,
  findCountedRole,
  findRoles,
  lockRoles,
  removeRole,
  type StoredRole,
} from "./queries.ts";
import { requireAffectedWithinCeiling } from "./require-affected-within-ceiling.ts";

interface Deletion {
  readonly roleId: string;
  readonly version: RowVersion;
  /** Assigned to users and invitations in place of the role; required if there are any. */
  readonly replacementId: string | null;
}

/**
 * Deletes a role. Both roles are locked until the commit: a concurrent transaction that assigns one of them waits, and
 * then doesn't find the deleted role.
 * @throws ApiError not-found, forbidden/*, roles/unknown, roles/in-use, precondition/failed
 */
export async function deleteRole(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  actor: AuthenticatedActor,
  input: Deletion,
): Promise<void> {
  const query = { organizationId: actor.organizationId, roleId: input.roleId, now: deps.clock.now() };
  await authorizeWrite(deps, actor, async (tx, actor) => {
    await lockRoles(tx, query.organizationId, [
      query.roleId,
      ...(input.replacementId === null ? [] : [input.replacementId]),
    ]);
    const { role, replacement } = await findRoleAndReplacement(tx, query, input);
    requireWithinCeiling(actor, role, replacement);
    if (role.version !== input.version) throw preconditionFailed(role.version);
    const usage = { users: role.userCount, invitations: role.invitationCount };
    if (replacement === null && usage.users + usage.invitations > 0) throw inUse(usage);

    const entries = replacement === null ? [] : await replaceRole(tx, actor, query, { role, replacement });
    await unassignRole(tx, query.organizationId, query.roleId);
    await removeRole(tx, query.organizationId, query.roleId);
    await record(deps, tx, actor, [toDeletionEntry(role, replacement), ...entries]);
  });
}

async function findRoleAndReplacement(
  tx: Tx,
  query: RoleQuery,
  { replacementId }: Deletion,
): Promise<{ readonly role: CountedRole; readonly replacement: StoredRole | null }> {
  const role = await findCountedRole(tx, query);
  if (role === null) throw notFound();
  if (role.isOwner) throw systemRole("It can't be deleted either.");
  if (replacementId === null) return { role, replacement: null };
  if (replacementId === role.id)
    throw new ApiError("request/invalid", {
      detail: "A role can't take its own place. Choose another one.",
      errors: [{ path: "replacement", code: "request/invalid", detail: "Choose another role." }],
    });
  const [replacement] = await findRoles(tx, query.organizationId, [replacementId]);
  if (replacement === undefined) throw unknownRoles([replacementId], "replacement");
  if (replacement.isOwner)
    throw systemRole("Make owners one by one, on each user's page, and choose another role here.");
  return { role, replacement };
}

function requireWithinCeiling(actor: Actor, role: StoredRole, replacement: StoredRole | null): void {
  for (const affected of replacement === null ? [role] : [role, replacement]) {
    const ceiling = mayGive(actor.permissions, compileRole(actor.catalogue, affected).permissions);
    if (!ceiling.allowed) throw grantCeilingExceeded(`The role ${affected.name}`, ceiling.missing);
  }
}

async function replaceRole(
  tx: Tx,
  actor: Actor,
  query: RoleQuery,
  { role, replacement }: { readonly role: StoredRole; readonly replacement: StoredRole },
): Promise<readonly AuditEntry[]> {
  if (actor.ownUserId !== null && (await hasRole(tx, query.organizationId, actor.ownUserId, role.id)))
    throw ownRole(role.name);
  await lockUsersWithRole(tx, query);
  await requireAffectedWithinCeiling(tx, actor, query, role);
  const users = await listUsersWithRole(tx, query);
  await grantReplacement(tx, query, { roleId: replacement.id, grantedBy: toActorReference(actor) });
  await addReplacementToInvitations(tx, query, replacement.id);
  return users.map((user) => toRolesChangedEntry(user, role.name, replacement.name));
}

function toRolesChangedEntry(user: UserWithRole, from: string, to: string): AuditEntry {
  const kept = user.roles.filter((name) => name !== from && name !== to);
  return {
    action: "users.roles-changed",
    target: { type: "user", id: user.id, name: user.name },
    changes: [{ field: "roles", before: user.roles, after: [...kept, to] }],
  };
}

function toReplacementChanges(role: CountedRole, replacement: StoredRole): readonly AuditChange[] {
  return [
    { field: "replacement", before: null, after: replacement.name },
    { field: "userCount", before: role.userCount, after: 0 },
    { field: "invitationCount", before: role.invitationCount, after: 0 },
  ];
}

function toDeletionEntry(role: CountedRole, replacement: StoredRole | null): AuditEntry {
  return {
    action: "roles.deleted",
    target: { type: "role", id: role.id, name: role.name },
    changes: [
      { field: "permissions", before: role.permissions, after: null },
      ...(replacement === null ? [] : toReplacementChanges(role, replacement)),
    ],
  };
}
