import {
  type CompiledRole,
  compileRole,
  compileRoles,
  mayActOn,
  mayGive,
  permissionsOfRoles,
} from "@gatehouse/access";
import { type AuditChange, type AuditEntry, record } from "../../audit/record.ts";
import { type Actor, type AuthenticatedActor, toActorReference } from "../../auth/actor.ts";
import { authorizeWrite } from "../../auth/authorize-write.ts";
import { findGrantError } from "../../auth/grant-ceiling.ts";
import type { Tx } from "../../db/database.ts";
import type { RowVersion } from "../../db/row-version.ts";
import type { Deps } from "../../deps.ts";
import { ApiError, grantCeilingExceeded, notFound, preconditionFailed } from "../../errors/api-error.ts";
import {
  addReplacementToInvitations,
  grantReplacement,
  groupInvitationsByOtherRoles,
  groupUsersByOtherRoles,
  hasRole,
  listUserNames,
  listUsersWithRole,
  lockUsersWithRole,
  type RoleGroup,
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
    const [, { role, replacement }] = await Promise.all([
      lockRoles(tx, query.organizationId, [
        query.roleId,
        ...(input.replacementId === null ? [] : [input.replacementId]),
      ]),
      findRoleAndReplacement(tx, query, input),
    ]);
    requireWithinCeiling(actor, role, replacement);
    if (role.version !== input.version) throw preconditionFailed(role.version);
    const usage = { users: role.userCount, invitations: role.invitationCount };
    if (replacement === null && usage.users + usage.invitations > 0) throw inUse(usage);

    const entries = replacement === null ? [] : await replaceRole(tx, actor, query, { role, replacement });
    unassignRole(tx, query.organizationId, query.roleId);
    removeRole(tx, query.organizationId, query.roleId);
    await record(deps, tx, actor, [toDeletionEntry(role, replacement), ...entries]);
  });
}

async function findRoleAndReplacement(
  tx: Tx,
  query: RoleQuery,
  { replacementId }: Deletion,
): Promise<{ readonly role: CountedRole; readonly replacement: StoredRole | null }> {
  const [role, replacements] = await Promise.all([
    findCountedRole(tx, query),
    findRoles(tx, query.organizationId, replacementId === null ? [] : [replacementId]),
  ]);
  if (role === null) throw notFound();
  if (role.isOwner) throw systemRole("It can't be deleted either.");
  if (replacementId === null) return { role, replacement: null };
  if (replacementId === role.id)
    throw new ApiError("request/invalid", {
      detail: "A role can't take its own place. Choose another one.",
      errors: [{ path: "replacement", code: "request/invalid", detail: "Choose another role." }],
    });
  const [replacement] = replacements;
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
  if (replacement === null) return;
  const { permissions } = compileRole(actor.catalogue, replacement);
  // Users get the replacement for as long as they had the role, which may be without end.
  const error = findGrantError(actor, {
    what: `The role ${replacement.name}`,
    permissions,
    expiresAt: null,
  });
  if (error !== null) throw error;
}

async function replaceRole(
  tx: Tx,
  actor: Actor,
  query: RoleQuery,
  { role, replacement }: { readonly role: StoredRole; readonly replacement: StoredRole },
): Promise<readonly AuditEntry[]> {
  const { organizationId, ownUserId } = actor;
  const [isOwn, , users, userGroups, invitationGroups] = await Promise.all([
    ownUserId !== null && hasRole(tx, organizationId, ownUserId, role.id),
    lockUsersWithRole(tx, query),
    listUsersWithRole(tx, query),
    groupUsersByOtherRoles(tx, query),
    groupInvitationsByOtherRoles(tx, query, { withExpired: true }),
  ]);
  if (isOwn) throw ownRole(role.name);
  await requireAffectedWithinCeiling(tx, actor, query, {
    role,
    users: userGroups,
    invitations: invitationGroups,
  });
  grantReplacement(tx, query, { roleId: replacement.id, grantedBy: toActorReference(actor) });
  addReplacementToInvitations(tx, query, replacement.id);
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

/** Maximum number of users named in an error. */
const maxNames = 3;

/** Users or invitations with the same roles, and the permissions that exceed those of the actor. */
interface GroupAboveCeiling extends RoleGroup {
  readonly missing: readonly string[];
}

/**
 * Requires that no user or invitation with the role exceeds the actor's permissions. Checks one group for each set of
 * roles, so the cost doesn't grow with the number of users.
 * @throws ApiError forbidden/grant-ceiling
 */
async function requireAffectedWithinCeiling(
  tx: Tx,
  actor: Actor,
  query: RoleQuery,
  {
    role,
    users,
    invitations,
  }: {
    readonly role: StoredRole;
    readonly users: readonly RoleGroup[];
    readonly invitations: readonly RoleGroup[];
  },
): Promise<void> {
  const ids = [...new Set([...users, ...invitations].flatMap(({ otherRoleIds }) => otherRoleIds))];
  const others = compileRoles(actor.catalogue, await findRoles(tx, query.organizationId, ids));
  const compiled = compileRole(actor.catalogue, role);
  const usersAbove = findGroupsAboveCeiling(actor, compiled, users, others);
  if (usersAbove.length > 0)
    throw grantCeilingExceeded(await describeUsers(tx, query, usersAbove), collectMissing(usersAbove));
  const invitationsAbove = findGroupsAboveCeiling(actor, compiled, invitations, others);
  if (invitationsAbove.length === 0) return;
  const count = sumCounts(invitationsAbove);
  const what =
    count === 1 ? "An invitation that offers this role" : `What ${count} invitations offer with this role`;
  throw grantCeilingExceeded(what, collectMissing(invitationsAbove));
}

function findGroupsAboveCeiling(
  actor: Actor,
  role: CompiledRole,
  groups: readonly RoleGroup[],
  others: ReadonlyMap<string, CompiledRole>,
): readonly GroupAboveCeiling[] {
  return groups.flatMap((group) => {
    const otherRoles = group.otherRoleIds.flatMap((id) => others.get(id) ?? []);
    const permissions = permissionsOfRoles(actor.catalogue, [role, ...otherRoles]);
    const ceiling = mayActOn(actor.permissions, permissions);
    return ceiling.allowed ? [] : [{ ...group, missing: ceiling.missing }];
  });
}

async function describeUsers(tx: Tx, query: RoleQuery, above: readonly GroupAboveCeiling[]): Promise<string> {
  const names: string[] = [];
  for (const { otherRoleIds } of above) {
    if (names.length === maxNames) break;
    names.push(...(await listUserNames(tx, query, otherRoleIds, maxNames - names.length)));
  }
  const more = sumCounts(above) - names.length;
  return `What ${[...names, ...(more > 0 ? [`${more} more`] : [])].join(", ")} may do`;
}

function sumCounts(groups: readonly RoleGroup[]): number {
  return groups.reduce((sum, { count }) => sum + count, 0);
}

function collectMissing(groups: readonly GroupAboveCeiling[]): readonly string[] {
  return [...new Set(groups.flatMap(({ missing }) => missing))].sort();
}
